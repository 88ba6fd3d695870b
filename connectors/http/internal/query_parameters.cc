#include "connectors/http/internal/query_parameters.h"

#include "engine/base/text.h"

#include <algorithm>
#include <optional>

namespace tenure::internal {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string out;
  for (std::size_t k = 0; k < text.size(); ++k) {
    if (text[k] != '%') {
      out += text[k] == '+' ? ' ' : text[k];
      continue;
    }
    if (k + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[k + 1]);
    const int low = hex_value(text[k + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    k += 2;
  }
  return out;
}

}  // namespace

Result<std::map<std::string, std::string>> read_query(std::string_view query) {
  std::map<std::string, std::string> parameters;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto name = unescaped(pair.substr(0, equals));
    auto value = unescaped(pair.substr(std::min(equals + 1, pair.size())));
    if (!name || !value)
      return fail(ErrorCode::kInvalid, "the query holds a broken percent escape");
    if (!parameters.emplace(*name, std::move(*value)).second)
      return fail(ErrorCode::kInvalid,
                  shown_text(*name) + ": stands twice in the query; send it once");
  }
  return parameters;
}

}  // namespace tenure::internal
