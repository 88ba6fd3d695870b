// JSON from outside, within limits: depth, keys, texts and no repeated key.
#pragma once

#include "engine/event/internal/refusal.h"

#include <simdjson.h>

#include <string_view>

namespace tenure::internal {

// docs/limits.md, "decoding".
inline constexpr std::size_t kJsonDepthMax = 32;
inline constexpr std::size_t kJsonKeyBytesMax = 256;
inline constexpr std::size_t kJsonTextBytesMax = 64 * 1024;

/// Parses documents one after another into memory that is used again. One thread at a time.
class JsonReader {
 public:
  /// The element lives until the next read.
  Refusal read(std::string_view bytes, simdjson::dom::element& root);

 private:
  simdjson::dom::parser parser_;
};

/// A scalar as text: numbers in their shortest form, "true", "false"; false for null, objects and
/// arrays. The text lives in the document or in `scratch`.
bool scalar_text(simdjson::dom::element value, std::string& scratch, std::string_view& text);

}  // namespace tenure::internal
