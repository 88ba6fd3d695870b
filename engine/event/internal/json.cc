#include "engine/event/internal/json.h"

#include "engine/event/internal/envelope.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace tenure::internal {
namespace {

using simdjson::dom::element_type;

Refusal check(simdjson::dom::element value);

Refusal check_object(const simdjson::dom::object& object) {
  std::vector<std::string_view> keys;
  for (const auto field : object) {
    if (field.key.size() > kJsonKeyBytesMax)
      return refuse(Reason::kOutOfLimits,
                    fmt::format("json: a key of more than {} bytes; shorten it", kJsonKeyBytesMax));
    keys.push_back(field.key);
    TENURE_ADMIT(check(field.value));
  }
  std::sort(keys.begin(), keys.end());
  if (std::adjacent_find(keys.begin(), keys.end()) != keys.end())
    return refuse(Reason::kUnreadable, "json: a key stands twice in one object; send it once");
  return {};
}

// Recursion is bounded by the parser's own depth limit.
Refusal check(simdjson::dom::element value) {
  if (value.type() == element_type::OBJECT) return check_object(value.get_object().value_unsafe());
  if (value.type() == element_type::ARRAY) {
    for (const simdjson::dom::array items = value.get_array().value_unsafe();
         const auto item : items)
      TENURE_ADMIT(check(item));
  }
  if (value.type() == element_type::STRING &&
      value.get_string().value_unsafe().size() > kJsonTextBytesMax)
    return refuse(Reason::kOutOfLimits,
                  fmt::format("json: a text of more than {} bytes; shorten it", kJsonTextBytesMax));
  return {};
}

}  // namespace

Refusal JsonReader::read(std::string_view bytes, simdjson::dom::element& root) {
  if (bytes.empty()) return refuse(Reason::kUnreadable, "json: empty; send one JSON object");
  if (bytes.size() > kEnvelopeBytesMax)
    return refuse(Reason::kOutOfLimits,
                  fmt::format("json: {} bytes, at most {} are allowed; send less", bytes.size(),
                              kEnvelopeBytesMax));
  if (parser_.capacity() < bytes.size() || parser_.max_depth() != kJsonDepthMax) {
    const std::size_t capacity = std::max<std::size_t>(bytes.size(), 64 * 1024);
    if (parser_.allocate(capacity, kJsonDepthMax) != simdjson::SUCCESS)
      return refuse(Reason::kUnreadable, "json: no memory to read it");
  }
  const auto error = parser_.parse(bytes.data(), bytes.size(), true).get(root);
  if (error == simdjson::DEPTH_ERROR)
    return refuse(Reason::kOutOfLimits,
                  fmt::format("json: nested deeper than {}; flatten it", kJsonDepthMax));
  if (error != simdjson::SUCCESS)
    return refuse(Reason::kUnreadable, fmt::format("json: {}; send one JSON object in UTF-8",
                                                   simdjson::error_message(error)));
  return check(root);
}

bool scalar_text(simdjson::dom::element value, std::string& scratch, std::string_view& text) {
  switch (value.type()) {
    case element_type::STRING: text = value.get_string().value_unsafe(); return true;
    case element_type::BOOL: text = value.get_bool().value_unsafe() ? "true" : "false"; return true;
    case element_type::INT64: scratch = fmt::format("{}", value.get_int64().value_unsafe()); break;
    case element_type::UINT64:
      scratch = fmt::format("{}", value.get_uint64().value_unsafe());
      break;
    case element_type::DOUBLE:
      scratch = fmt::format("{}", value.get_double().value_unsafe());
      break;
    default: return false;
  }
  text = scratch;
  return true;
}

}  // namespace tenure::internal
