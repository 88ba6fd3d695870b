// connectors/http/http_message.h
//
// A request that passed the framing checks, and the answer to it.
#pragma once

#include "connectors/http/access.h"
#include "engine/base/time.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tenure {

class LongAnswer;

/// The header fields that handlers may read; no others reach them. Empty = not sent. A list that is
/// sent in pieces is joined; any other that is sent twice was refused.
struct HttpFields {
  std::string accept_encoding;
  std::string if_none_match;
  std::string last_event_id;
  std::string authorization;
  std::string cookie;
  std::string connect_timeout_ms;
  std::string grpc_timeout;
  std::string read_at_least;            // tenure-read-at-least
  std::string content_encoding;         // in small letters; empty = none, or identity
  std::string message_encoding;         // of messages in frames: Connect's or gRPC's own field
  std::string message_accept_encoding;  // ... that an answer may have
  std::string connect_protocol_version;
};

struct HttpRequest {
  std::string method;        // "GET", "POST", ...; a HEAD arrives as GET
  std::string path;          // as sent, before the question mark
  std::string query;         // as sent, after the question mark
  std::string content_type;  // as sent; empty = none
  HttpFields fields;
  std::string body;
  std::int64_t received_us = 0;  // steady: when it was whole
  std::string peer;              // the client's address, for limits: of IPv6 its first 64 bits
  bool of_other_origin = false;  // a browser says that a page of another origin asks
  CallerPtr caller;              // who asks, once a route's guard let it pass; null = not asked
  std::shared_ptr<const std::string> head;  // as sent; null = none was
};

/// What an answer that is made step by step does next.
struct AnswerStep {
  std::string piece;
  std::optional<Duration> again_after;  // before the next step, without holding a thread
  bool over = false;                    // nothing follows the piece
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::shared_ptr<const std::string> held_body;  // where the body begins: shared, never copied
  std::string body;                              // the rest of it, or all
  std::shared_ptr<LongAnswer> goes_on;           // the body, in place of both
  // The body as well: each step is taken once the piece before it was sent. It may keep its thread
  // waiting, and throws nothing.
  std::function<AnswerStep()> steps;
  // Not an answer yet: the same request is asked again after so long, without holding a thread.
  std::optional<Duration> again_after;
  // Beside those the server sets itself; one of the same name takes their place. Several of one
  // name stand one after another.
  std::vector<std::pair<std::string, std::string>> headers;
};

}  // namespace tenure
