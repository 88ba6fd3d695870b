#include "apps/tenure/alert_pane.h"

#include "apps/tenure/money_text.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;

constexpr std::size_t kRowsMin = 4;
constexpr std::size_t kFrame = 2;  // the head and the line of keys

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

// The first `columns` characters of UTF-8, the last of them "…" when something is left out.
std::string fit(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns) return std::string(text);
  std::size_t end = 0;
  std::size_t seen = 0;
  while (end < text.size()) {
    const bool begins = (static_cast<unsigned char>(text[end]) & 0xc0) != 0x80;
    if (begins && ++seen >= columns) break;
    ++end;
  }
  return std::string(text.substr(0, end)) + "…";
}

bool same(const msg::Alert& a, const msg::Alert& b) {
  return a.account() == b.account() && a.rule() == b.rule() && a.subject() == b.subject();
}

std::string date_of(const std::string& instant) {
  const auto at = parse_instant(instant);
  return at ? demo_date(*at) : instant;
}

Tone tone_of(std::string_view severity) {
  if (severity == "critical" || severity == "high") return Tone::kBad;
  return severity == "medium" ? Tone::kWarning : Tone::kFaint;
}

}  // namespace

std::string demo_date(Instant at) {
  const date::sys_time<std::chrono::microseconds> time{std::chrono::microseconds(at.us)};
  try {
    return date::format("%d %b %Y %H:%M",
                        date::make_zoned("Europe/Berlin", date::floor<std::chrono::minutes>(time)));
  } catch (const std::runtime_error&) {  // a machine without zones: still a time
    return to_string(at).substr(0, 16);
  }
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    if (!line.empty() && columns_of(line) + columns_of(text.substr(0, end)) > columns) {
      lines.push_back(std::move(line));
      line = std::string(text.substr(begin, end - begin));
    } else {
      line += text.substr(0, end);
    }
    text.remove_prefix(end);
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

void AlertPane::show(msg::ListAlertsResponse alerts) {
  bool kept = false;
  if (chosen_ < static_cast<std::size_t>(alerts_.alerts_size())) {
    const msg::Alert& before = alerts_.alerts(static_cast<int>(chosen_));
    for (int k = 0; k < alerts.alerts_size(); ++k) {
      if (!same(before, alerts.alerts(k))) continue;
      chosen_ = static_cast<std::size_t>(k);
      kept = true;
    }
  }
  alerts_ = std::move(alerts);
  const auto count = static_cast<std::size_t>(alerts_.alerts_size());
  if (chosen_ >= count) chosen_ = count == 0 ? 0 : count - 1;
  // The evidence of another alert must not stand where somebody reads.
  if (!kept) open_ = false;
}

void AlertPane::press(Key key) {
  if (key == Key::kQuit) quit_ = true;
  if (help_) {
    help_ = key == Key::kNone;
    return;
  }
  switch (key) {
    case Key::kUp: chosen_ -= chosen_ > 0 ? 1 : 0; break;
    case Key::kDown:
      if (chosen_ + 1 < static_cast<std::size_t>(alerts_.alerts_size())) ++chosen_;
      break;
    case Key::kToggle: open_ = !open_ && alerts_.alerts_size() > 0; break;
    case Key::kClose: open_ = false; break;
    case Key::kHelp: help_ = true; break;
    default: break;
  }
}

PaneLine AlertPane::cut(std::string_view text, std::size_t columns, Tone tone) const {
  const std::string fitted = fit(text, columns);
  return {out_.toned(fitted, tone), columns_of(fitted)};
}

// "▸ critical   €310 k  Corlund Private Bank plc lost its champion", and what is opened below.
AlertPane::Lines AlertPane::block(std::size_t number, std::size_t columns) const {
  const msg::Alert& alert = alerts_.alerts(static_cast<int>(number));
  const bool chosen = number == chosen_;
  const std::string value = alert.has_value_milli() ? money_text(alert.value_milli() / 10) : "";
  const std::string sentence =
      printable(alert.sentence().empty() ? alert.rule() : alert.sentence());
  const std::string head = fmt::format("{} {:8}", chosen ? "▸" : " ", alert.severity());
  const std::string rest = fmt::format("  {:>7}  {}", value, sentence);
  const std::string fitted = fit(rest, columns - std::min(columns, columns_of(head)));
  Lines lines{{out_.toned(head, tone_of(alert.severity())) + fitted,
               columns_of(head) + columns_of(fitted)}};
  if (!chosen || !open_) return lines;
  if (fitted != rest)
    for (const std::string& line : wrapped(sentence, columns - std::min<std::size_t>(columns, 4)))
      lines.push_back(cut("    " + line, columns, Tone::kPlain));
  add_evidence(alert, columns, lines);
  return lines;
}

// When, from which system, what; one line each.
void AlertPane::add_evidence(const msg::Alert& alert, std::size_t columns, Lines& lines) const {
  std::string told;
  for (const std::string& who : alert.told_to()) told += (told.empty() ? ", told " : ", ") + who;
  lines.push_back(
      cut(fmt::format("    open since {}{}{}", date_of(alert.raised_at()), printable(told),
                      alert.state() == "open" ? "" : ", " + alert.state()),
          columns, Tone::kFaint));
  for (const msg::Evidence& cause : alert.evidence())
    lines.push_back(cut(fmt::format("      {:17}  {:9} {}", date_of(cause.occurred_at()),
                                    printable(cause.source()), printable(cause.sentence())),
                        columns, Tone::kPlain));
  const auto shown = static_cast<std::uint64_t>(alert.evidence_size());
  if (alert.evidence_total() > shown)
    lines.push_back(cut(fmt::format("      and {} earlier ones", alert.evidence_total() - shown),
                        columns, Tone::kFaint));
}

// As many alerts as there is room for, the chosen one with its evidence always among them.
void AlertPane::add_alerts(std::size_t rows, std::size_t columns, Lines& lines) {
  const auto count = static_cast<std::size_t>(alerts_.alerts_size());
  first_ = std::min(first_, chosen_);
  while (first_ < chosen_ && chosen_ - first_ + block(chosen_, columns).size() > rows) ++first_;
  for (std::size_t number = first_, left = rows; number < count && left > 0; ++number) {
    Lines these = block(number, columns);
    if (these.size() > left) these.resize(left);
    left -= these.size();
    lines.insert(lines.end(), these.begin(), these.end());
  }
  if (count == 0) lines.push_back(cut("  nothing is open", columns, Tone::kGood));
}

std::vector<PaneLine> AlertPane::lines(const std::string& head, TerminalSize size) {
  // The last column stays free: some terminals wrap as soon as it is written to.
  const auto columns = static_cast<std::size_t>(std::max(size.columns, 20)) - 1;
  const auto height = static_cast<std::size_t>(std::max(size.rows, 1));
  // Closed, the upper half of the screen is left to what is told; opened, reading comes first.
  const std::size_t room = open_ ? (height > kFrame + 1 ? height - kFrame - 1 : 0) : height / 2;
  Lines lines{cut(head, columns, Tone::kFaint)};
  if (help_) {
    for (const char* line :
         {"  ↓ or j      the next alert", "  ↑ or k      the one before",
          "  Enter or e  opens and closes its evidence", "  Esc         closes it",
          "  q           ends the demo", "  ?           these keys; ? again goes back"})
      lines.push_back(cut(line, columns, Tone::kPlain));
    return lines;
  }
  add_alerts(std::max(kRowsMin, room), columns, lines);
  const char* keys = columns < 60 ? "j k choose  e evidence  q quit  ? keys"
                                  : "↓ ↑ or j k choose   Enter or e evidence   q quit   ? keys";
  lines.push_back(cut(keys, columns, Tone::kFaint));
  return lines;
}

}  // namespace tenure
