// connectors/http/http_message.h
//
// A request that passed the framing checks, and the answer to it.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace tenure {

struct HttpRequest {
  std::string method;        // "GET", "POST", ...; a HEAD arrives as GET
  std::string path;          // as sent, before the question mark
  std::string query;         // as sent, after the question mark
  std::string content_type;  // as sent; empty = none
  std::string body;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // beside those the server sets itself
};

}  // namespace tenure
