#include "tests/scenarios/support/scenario.h"

#include <charconv>

namespace tenure::scenario {
namespace {

Error bad(int line, const std::string& what) {
  return fail(ErrorCode::kInvalid, "line " + std::to_string(line) + ": " + what);
}

// Words are parted by spaces; a double quote joins what stands in it.
Result<std::vector<std::string>> words_of(std::string_view text, int line) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  bool any = false;
  for (const char c : text) {
    if (c == '"') {
      quoted = !quoted;
      any = true;
    } else if (!quoted && (c == ' ' || c == '\t')) {
      if (any) words.push_back(std::move(word));
      word.clear();
      any = false;
    } else {
      word.push_back(c);
      any = true;
    }
  }
  if (quoted) return bad(line, "a quote is not closed");
  if (any) words.push_back(std::move(word));
  return words;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// A comment; two of them mean something.
void read_comment(std::string_view text, Scenario& scenario) {
  if (take_prefix(text, "# about:")) scenario.about += std::string(trimmed(text)) + " ";
  if (!take_prefix(text, "# without:")) return;
  const auto words = words_of(trimmed(text), 0);
  if (words && !words->empty()) scenario.without.push_back(words->front());
}

// repeat 10 every 7d <statement>: {k} in it is the round, from 1.
Result<void> repeat(const Statement& statement, Scenario& scenario) {
  const auto& words = statement.words;
  if (words.size() < 5 || words[2] != "every")
    return bad(statement.line, "repeat <times> every <span> <statement>");
  TENURE_TRY_ASSIGN(const std::int64_t times, read_milli(words[1]));
  for (std::int64_t k = 1; k <= times / 1000; ++k) {
    Statement one{statement.line, static_cast<int>(k), {words.begin() + 4, words.end()}, {}};
    for (std::string& word : one.words)
      for (std::size_t at; (at = word.find("{k}")) != std::string::npos;)
        word.replace(at, 3, std::to_string(k));
    scenario.statements.push_back(std::move(one));
    scenario.statements.push_back({statement.line, static_cast<int>(k), {"advance", words[3]}, {}});
  }
  return {};
}

}  // namespace

Result<Scenario> parse_scenario(std::string_view text, std::string name, std::string path) {
  Scenario scenario;
  scenario.name = std::move(name);
  scenario.path = std::move(path);
  const std::vector<std::string> lines = split(text, '\n');
  for (std::size_t k = 0; k < lines.size(); ++k) {
    const int number = static_cast<int>(k) + 1;
    const std::string_view line = trimmed(lines[k]);
    if (line.empty()) continue;
    if (line.front() == '#') {
      read_comment(line, scenario);
      continue;
    }
    Statement statement;
    statement.line = number;
    TENURE_TRY_ASSIGN(statement.words, words_of(line, number));
    if (statement.words.back().rfind("<<", 0) == 0) {
      const std::string end = statement.words.back().substr(2);
      statement.words.pop_back();
      for (++k; k < lines.size() && trimmed(lines[k]) != end; ++k)
        statement.block += lines[k] + "\n";
      if (k == lines.size()) return bad(number, "the block is not ended by " + end);
    }
    if (statement.is("repeat")) {
      TENURE_TRY(repeat(statement, scenario));
    } else {
      scenario.statements.push_back(std::move(statement));
    }
  }
  if (scenario.about.empty()) return bad(1, "say with '# about:' what holds");
  if (scenario.statements.empty() || !scenario.statements.front().is("clock"))
    return bad(1, "the first statement sets the clock");
  return scenario;
}

Options::Options(const Statement& statement, std::size_t first) {
  for (std::size_t k = first; k < statement.words.size(); ++k) {
    const std::string& word = statement.words[k];
    const std::size_t sign = word.find('=');
    if (sign == std::string::npos || sign == 0) {
      plain.push_back(word);
    } else {
      named[word.substr(0, sign)] = word.substr(sign + 1);
    }
  }
}

std::optional<std::string> Options::get(const std::string& key) const {
  const auto found = named.find(key);
  return found == named.end() ? std::nullopt : std::optional<std::string>(found->second);
}

Result<Duration> read_duration(std::string_view text) {
  Duration sum{0};
  while (!text.empty()) {
    std::size_t unit = text.find_first_not_of("0123456789");
    if (unit == std::string_view::npos) unit = text.size();
    std::size_t end = text.find_first_of("0123456789", unit);
    if (end == std::string_view::npos) end = text.size();
    TENURE_TRY_ASSIGN(const Duration part, parse_duration(text.substr(0, end)));
    sum += part;
    text.remove_prefix(end);
  }
  return sum;
}

Result<Instant> read_instant(std::string_view text, Instant now) {
  if (text == "now") return now;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    TENURE_TRY_ASSIGN(const Duration span, read_duration(text.substr(1)));
    return text.front() == '+' ? now + span : now - span;
  }
  std::string full(text);
  if (full.size() == 10) full += "T00:00:00Z";
  if (full.size() == 17 && full.back() == 'Z') full.insert(16, ":00");
  return parse_instant(full);
}

Result<std::int64_t> read_milli(std::string_view text) {
  const bool minus = take_prefix(text, "-");
  const std::size_t point = text.find('.');
  std::string digits(text.substr(0, point));
  std::string part(point == std::string_view::npos ? "" : text.substr(point + 1));
  part.resize(3, '0');
  digits += part;
  std::int64_t milli = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), milli);
  if (error != std::errc() || end != digits.data() + digits.size())
    return fail(ErrorCode::kInvalid, "'" + std::string(text) + "' is no number");
  return minus ? -milli : milli;
}

std::string unescape(std::string_view text) {
  std::string bytes;
  for (std::size_t k = 0; k < text.size(); ++k) {
    if (text[k] == '\\' && k + 3 < text.size() && text[k + 1] == 'x') {
      unsigned byte = 0;
      std::from_chars(text.data() + k + 2, text.data() + k + 4, byte, 16);
      bytes.push_back(static_cast<char>(byte));
      k += 3;
    } else {
      bytes.push_back(text[k]);
    }
  }
  return bytes;
}

std::vector<std::string> split(std::string_view text, char by) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = text.find(by);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace tenure::scenario
