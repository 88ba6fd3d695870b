#include "apps/tenure/flag_values.h"

#include "apps/tenure/config.h"
#include "apps/tenure/output.h"
#include "engine/base/text.h"
#include "engine/base/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace tenure {
namespace {

std::string wrong(std::string_view expected, std::string_view found) {
  return fmt::format("expected {}, found \"{}\"", expected, printable(shown_text(found)));
}

// "2026-03-01" and "2026-03-01T08:30+01:00" with what they leave out.
std::string with_seconds(const std::string& text) {
  constexpr std::size_t kDateEnds = 10;
  constexpr std::size_t kMinutesEnd = 16;
  if (text.size() == kDateEnds) return text + "T00:00:00Z";
  if (text.size() > kMinutesEnd && text[kMinutesEnd] != ':')
    return text.substr(0, kMinutesEnd) + ":00" + text.substr(kMinutesEnd);
  return text;
}

bool is_one_of(std::string_view word, const std::vector<std::string_view>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

CLI::Validator validator(std::function<std::string(std::string&)> check) {
  return {std::move(check), {}, {}};
}

}  // namespace

CLI::Validator instant_value() {
  return validator([](std::string& text) {
    const auto at = parse_instant(with_seconds(text));
    if (!at)
      return wrong("an instant such as 2026-03-01T00:00:00Z, 2026-03-01T00:00Z or 2026-03-01",
                   text);
    text = to_string(*at);
    return std::string();
  });
}

CLI::Validator number_value(std::uint64_t least, std::uint64_t most) {
  return validator([least, most](std::string& text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec == std::errc() && read.ptr == end && number >= least && number <= most)
      return std::string();
    return wrong(most == kNoUpperBound ? fmt::format("a whole number, {} or more", least)
                                       : fmt::format("a whole number from {} to {}", least, most),
                 text);
  });
}

CLI::Validator word_value(std::vector<std::string_view> words) {
  return validator([words = std::move(words)](std::string& text) {
    if (is_one_of(text, words)) return std::string();
    return wrong(fmt::format("one of: {}", fmt::join(words, ", ")), text);
  });
}

CLI::Validator words_value(std::vector<std::string_view> words) {
  return validator([words = std::move(words)](std::string& text) {
    std::string_view rest = text;
    for (bool more = true; more;) {
      const std::size_t comma = rest.find(',');
      more = comma != std::string_view::npos;
      if (!is_one_of(rest.substr(0, comma), words))
        return wrong(fmt::format("one or several, with commas, of: {}", fmt::join(words, ", ")),
                     text);
      if (more) rest.remove_prefix(comma + 1);
    }
    return std::string();
  });
}

CLI::Validator listen_value() {
  return validator([](std::string& text) {
    const std::string set = "http.listen=" + text;
    const auto read = load_config({.file = {}, .environment = {}, .sets = std::span(&set, 1)});
    return read ? std::string() : read.error().message;
  });
}

CLI::Validator some_text() {
  return validator([](std::string& text) {
    return text.empty() ? std::string("expected some text, found nothing") : std::string();
  });
}

}  // namespace tenure
