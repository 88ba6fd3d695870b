// tests/connectors/http/support/fields.h
//
// Header fields of an answer, and requests with fields of their own.
#pragma once

#include "tests/connectors/http/support/raw_client.h"

#include <string>

namespace tenure::testing {

/// The value of a field; "" when it is not there.
inline std::string field(const RawResponse& response, const std::string& name) {
  const std::size_t at = response.head.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const std::size_t begin = at + name.size() + 4;
  return response.head.substr(begin, response.head.find('\r', begin) - begin);
}

/// `fields`: whole lines.
inline RawResponse get(std::uint16_t port, const std::string& target,
                       const std::string& fields = "") {
  RawClient client(port);
  client.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n");
  return client.read_response();
}

inline std::string post_bytes(const std::string& path, const std::string& type,
                              const std::string& body, const std::string& fields = "") {
  return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields + "\r\n" + body;
}

inline RawResponse post(std::uint16_t port, const std::string& path, const std::string& type,
                        const std::string& body, const std::string& fields = "") {
  RawClient client(port);
  client.send(post_bytes(path, type, body, fields));
  return client.read_response();
}

/// A message in a frame of Connect's streams and of gRPC-Web.
inline std::string framed(const std::string& message, char flags = 0) {
  std::string out(1, flags);
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>((message.size() >> shift) & 0xFF);
  return out + message;
}

}  // namespace tenure::testing
