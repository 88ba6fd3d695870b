#include "apps/tenure/demo_view.h"

#include "apps/tenure/money_text.h"
#include "engine/base/clock.h"
#include "engine/event/decoder.h"
#include "engine/event/render.h"
#include "engine/query/queries.h"
#include "tenure/api/v1/alert.pb.h"
#include "tenure/api/v1/operator.pb.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;

constexpr int kOpenShown = 12;
constexpr int kPaneAlertsMax = 200;
constexpr std::int64_t kShowEveryUs = 200'000;
constexpr std::int64_t kListEveryUs = 1'000'000;

Tone tone_of(std::string_view severity) {
  if (severity == "critical" || severity == "high") return Tone::kBad;
  return severity == "medium" ? Tone::kWarning : Tone::kFaint;
}

// What a record of the book says, read as the engine reads it.
std::optional<std::string> sentence_of(const Delivery& delivery) {
  DecoderOptions options;
  options.format = RecordFormat::kProtobuf;
  options.source = "demo";
  RecordDecoder decoder(options);
  SourceRecord record;
  record.key = delivery.key;
  record.value = delivery.envelope;
  record.appended_at = delivery.arrives_at;
  EventBatch batch;
  if (decoder.decode(record, delivery.arrives_at, batch) != Decoded::kEvent) return std::nullopt;
  const Event& event = batch.events().front();
  return fmt::format("{} ({})", render_sentence(event), event.source);
}

}  // namespace

std::string demo_time(Instant at) {
  const date::sys_time<std::chrono::microseconds> time{std::chrono::microseconds(at.us)};
  try {
    return date::format("%a %d %b %H:%M",
                        date::make_zoned("Europe/Berlin", date::floor<std::chrono::minutes>(time)));
  } catch (const std::runtime_error&) {  // a machine without zones: still a time
    return to_string(at).substr(0, 16);
  }
}

DemoView::DemoView(Engine& engine, const Book& book, const Output& out, bool evidence,
                   std::string pace)
    : engine_(engine),
      book_(book),
      out_(out),
      evidence_(evidence),
      feed_(engine.log()),
      pace_(std::move(pace)),
      pane_(out),
      began_us_(steady_now_us()) {
  for (const AccountTruth& account : book.truth()) {
    names_[account.account] = account.name;
    values_minor_[account.account] = account.value_minor;
  }
}

Result<void> DemoView::take_told() {
  TENURE_TRY_ASSIGN(const std::vector<TellingStep> steps, feed_.poll());
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const TellingStep& step = steps[k];
    const std::string key = step.account + '\n' + step.rule + '\n' + step.subject;
    if (step.step == TellingStep::Step::kRaised) {
      open_[key] = alerts_.size();
      alerts_.push_back({step.account, step.rule, step.at, std::nullopt});
    } else if (step.step == TellingStep::Step::kCleared) {
      if (const auto found = open_.find(key); found != open_.end()) {
        alerts_[found->second].cleared_at = step.at;
        open_.erase(found);
      }
    }
    if (!present_) continue;
    // "Near its clock is over" is no good news when "past its clock" takes its place.
    const bool replaced = step.step == TellingStep::Step::kCleared &&
                          std::any_of(steps.begin(), steps.end(), [&](const TellingStep& other) {
                            return other.step == TellingStep::Step::kRaised &&
                                   other.at == step.at && other.account == step.account &&
                                   other.subject == step.subject;
                          });
    print_arrivals(step.at);
    if (!replaced) print_step(step);
  }
  changed_ = changed_ || !steps.empty();
  return {};
}

// What the live script lets happen, so that one sees why something is told. Everyday traffic is
// left out: three thousand events a week.
void DemoView::print_arrivals(Instant until) {
  const std::vector<Delivery>& script = book_.live_script();
  for (; next_live_ < script.size() && script[next_live_].arrives_at <= until; ++next_live_) {
    const Delivery& delivery = script[next_live_];
    if (!delivery.scripted) continue;
    const std::optional<std::string> sentence = sentence_of(delivery);
    if (!sentence) continue;
    print_entry(delivery.arrives_at, "arrives", Tone::kFaint,
                fmt::format("          {}, {}", printable(names_[delivery.key]),
                            money_text(values_minor_[delivery.key])),
                printable(*sentence));
  }
}

void DemoView::print_step(const TellingStep& step) {
  constexpr std::string_view kWords[] = {"", "", "", "RAISED", "ESCALATED", "REMINDED", "cleared"};
  const bool cleared = step.step == TellingStep::Step::kCleared;
  std::string to;
  for (const std::string& who : step.told_to) to += (to.empty() ? "  → " : ", ") + who;
  print_entry(step.at, kWords[static_cast<std::size_t>(step.step)],
              cleared ? Tone::kGood : tone_of(step.severity),
              fmt::format("{:8}  {}, {}{}", step.severity, printable(names_[step.account]),
                          money_text(values_minor_[step.account]), printable(to)),
              printable(step.sentence.empty() ? step.rule : step.sentence));
}

// A line, and a sentence below it; on a screen that is narrower they break at blanks.
void DemoView::print_entry(Instant at, std::string_view word, Tone tone, const std::string& rest,
                           const std::string& sentence) {
  erase();
  const std::string head =
      fmt::format("{}  {}  ", demo_time(at), out_.toned(fmt::format("{:9}", word), tone));
  const std::string indent(18, ' ');
  if (keys_ == nullptr) {
    out_.line(head + rest);
    out_.line(indent + sentence);
    return;
  }
  const auto columns = static_cast<std::size_t>(std::max(keys_->size().columns, 40));
  std::string begin = head;
  for (const std::string& line : wrapped(rest, columns - 29)) {
    out_.line(begin + line);
    begin = std::string(29, ' ');
  }
  for (const std::string& line : wrapped(sentence, columns - indent.size()))
    out_.line(indent + line);
}

void DemoView::show_past(std::uint64_t logged, std::uint64_t total) {
  const std::int64_t now_us = steady_now_us();
  if (!out_.errors_on_terminal() || now_us - shown_us_ < kShowEveryUs) return;
  shown_us_ = now_us;
  const auto seconds =
      static_cast<std::uint64_t>(std::max<std::int64_t>(1, (now_us - began_us_) / 1'000'000));
  std::fprintf(stderr, "\r\x1b[Ktwo years: %llu %%  %s of %s records  %s/s  %s told  %s",
               static_cast<unsigned long long>(total == 0 ? 0 : logged * 100 / total),
               grouped(logged).c_str(), grouped(total).c_str(), grouped(logged / seconds).c_str(),
               grouped(alerts_.size()).c_str(),
               logged == 0 ? "" : to_string(engine_.clock().now()).substr(0, 10).c_str());
  std::fflush(stderr);
}

Result<void> DemoView::show_present_begins() {
  if (out_.errors_on_terminal()) std::fprintf(stderr, "\r\x1b[K");
  ScoreOptions options;
  options.now = book_.options().now;
  const IngestCounters& counters = engine_.counters();
  out_.line(fmt::format(
      "Two years in {} s: {} events of {} accounts logged, {} repeats, {} quarantined, {} alerts "
      "raised.",
      (steady_now_us() - began_us_) / 1'000'000, grouped(counters.accepted), names_.size(),
      grouped(counters.repeated), grouped(counters.quarantined), grouped(alerts_.size())));
  out_.line("");
  out_.line(
      "Churn alerts against the truth, which no rule reads (docs/demo.md says how they are "
      "counted):");
  out_.line(score_table(score(book_.truth(), alerts_, options)));
  TENURE_TRY(print_judged());
  print_silent_feeds();
  keys_ = KeyTerminal::open();
  // With keys the open alerts stand in the pane, and the table above stays in sight.
  if (keys_ == nullptr || evidence_) TENURE_TRY(print_open_alerts());
  present_ = true;
  return {};
}

// What people said about alerts in the past: acts in the log, like anything that happened.
Result<void> DemoView::print_judged() {
  for (const AccountTruth& account : book_.truth()) {
    if (account.story == 0) continue;
    msg::ListAlertsRequest request;
    request.set_account(account.account);
    for (const char* state : {"open", "acknowledged", "snoozed", "cleared"})
      request.add_states(state);
    msg::ListAlertsResponse list;
    TENURE_TRY(Queries(engine_).alerts(request, list));
    for (const msg::Alert& alert : list.alerts()) {
      if (alert.verdict().empty()) continue;
      out_.line(fmt::format("Judged {}: {}",
                            alert.verdict() == "false" ? "a false alarm" : alert.verdict(),
                            printable(alert.sentence())));
    }
  }
  return {};
}

// A word to the operator: no account was alarmed.
void DemoView::print_silent_feeds() {
  msg::GetStatusResponse status;
  Queries(engine_).status(status);
  const auto when = [](const std::string& text) {
    const auto at = parse_instant(text);
    return at ? demo_time(*at) : std::string("now");
  };
  for (const msg::SilentFeed& feed : status.silent_feeds())
    out_.line(fmt::format(
        "To the operator: {} was silent from {} to {}; its silence counts against "
        "no account. {}",
        printable(feed.feed()), when(feed.from()), when(feed.until()), printable(feed.reason())));
}

Result<void> DemoView::print_open_alerts() {
  msg::ListAlertsRequest request;
  request.set_page_size(kOpenShown);
  msg::ListAlertsResponse list;
  TENURE_TRY(Queries(engine_).alerts(request, list));
  out_.line(fmt::format("Open now: {} alerts, the worst {}:", list.total(), list.alerts_size()));
  for (const msg::Alert& alert : list.alerts()) {
    const auto raised = parse_instant(alert.raised_at());
    out_.line(
        fmt::format("{}  {}  {}, {}",
                    out_.toned(fmt::format("{:8}", alert.severity()), tone_of(alert.severity())),
                    raised ? demo_time(*raised) : alert.raised_at(), printable(alert.name()),
                    money_text(values_minor_[alert.account()])));
    out_.line(fmt::format("          {}", printable(alert.sentence())));
    if (!evidence_) continue;
    for (const msg::Evidence& cause : alert.evidence())
      out_.line(fmt::format("            {}  {}", cause.occurred_at().substr(0, 10),
                            printable(cause.sentence())));
  }
  out_.line("");
  return {};
}

Result<bool> DemoView::show_present(Instant present, Duration wait) {
  // The log has it once the clock, which its record moves, stands there.
  print_arrivals(engine_.clock().now());
  if (keys_ != nullptr) {
    TENURE_TRY(redraw(present));
    pane_.press(keys_->next(wait));
    return !pane_.quit();
  }
  const std::int64_t now_us = steady_now_us();
  if (out_.errors_on_terminal() && now_us - shown_us_ >= kShowEveryUs) {
    shown_us_ = now_us;
    std::fprintf(stderr, "\r\x1b[K%s  %zu alerts open  (%s; Ctrl-C ends)",
                 demo_time(present).c_str(), open_.size(), pace_.c_str());
    std::fflush(stderr);
  }
  engine_.wait_for_progress(wait);
  return true;
}

Result<void> DemoView::redraw(Instant present) {
  const std::int64_t now_us = steady_now_us();
  // Acts of others change the list too, and nobody tells: it is asked for now and then.
  if (changed_ || now_us - listed_us_ >= kListEveryUs) {
    msg::ListAlertsRequest request;
    request.set_page_size(kPaneAlertsMax);
    msg::ListAlertsResponse list;
    TENURE_TRY(Queries(engine_).alerts(request, list));
    pane_.show(std::move(list));
    changed_ = false;
    listed_us_ = now_us;
  }
  std::vector<PaneLine> lines = pane_.lines(
      fmt::format("── {} ── {} open ── {} ──", demo_time(present), pane_.count(), pace_),
      keys_->size());
  if (keys_->take_resumed()) drawn_.clear();
  const auto same = [](const PaneLine& a, const PaneLine& b) { return a.text == b.text; };
  if (std::equal(lines.begin(), lines.end(), drawn_.begin(), drawn_.end(), same)) return {};
  erase();
  std::string frame;
  for (const PaneLine& line : lines) frame += (frame.empty() ? "" : "\n") + line.text;
  std::fwrite(frame.data(), 1, frame.size(), stdout);
  std::fflush(stdout);
  drawn_ = std::move(lines);
  return {};
}

// Back to the pane's first line, and everything below goes. A line wider than the terminal, which
// became narrower, stands in several rows.
void DemoView::erase() {
  if (drawn_.empty()) return;
  const auto columns = static_cast<std::size_t>(std::max(1, keys_->size().columns));
  std::size_t rows = 0;
  for (const PaneLine& line : drawn_)
    rows += std::max<std::size_t>(1, (line.columns + columns - 1) / columns);
  std::string back = "\r";
  if (rows > 1) back += fmt::format("\x1b[{}A", rows - 1);
  back += "\x1b[J";
  std::fwrite(back.data(), 1, back.size(), stdout);
  drawn_.clear();
}

Result<void> DemoView::show_end(Instant present) {
  TENURE_TRY(take_told());
  print_arrivals(engine_.clock().now());
  erase();
  keys_.reset();
  if (out_.errors_on_terminal()) std::fprintf(stderr, "\r\x1b[K");
  if (present_) out_.line(fmt::format("The demo ends on {}.", demo_time(present)));
  return {};
}

}  // namespace tenure
