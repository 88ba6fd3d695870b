#include "connectors/http/internal/field_lists.h"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <charconv>

namespace tenure::internal {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// "q=0", "q=0.000": the client does not want it.
bool is_zero_weight(std::string_view parameter) {
  if (parameter.size() < 3 || !boost::algorithm::istarts_with(parameter, "q=0")) return false;
  return parameter.find_first_not_of("0.", 2) == std::string_view::npos;
}

}  // namespace

std::string_view next_of_list(std::string_view& list) {
  const std::string_view one = list.substr(0, list.find(','));
  list.remove_prefix(std::min(one.size() + 1, list.size()));
  return trimmed(one);
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool takes_gzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    const std::string_view one = next_of_list(accept_encoding);
    const std::size_t mark = std::min(one.find(';'), one.size());
    if (!boost::algorithm::iequals(trimmed(one.substr(0, mark)), "gzip")) continue;
    return mark == one.size() || !is_zero_weight(trimmed(one.substr(mark + 1)));
  }
  return false;
}

bool names_tag(std::string_view if_none_match, std::string_view tag) {
  while (!if_none_match.empty()) {
    std::string_view one = next_of_list(if_none_match);
    if (one == "*") return true;
    if (one.substr(0, 2) == "W/") one.remove_prefix(2);
    if (one.size() == tag.size() + 2 && one.front() == '"' && one.back() == '"' &&
        one.substr(1, tag.size()) == tag)
      return true;
  }
  return false;
}

}  // namespace tenure::internal
