#include "apps/tenure/demo_view.h"

#include "engine/base/clock.h"
#include "engine/query/queries.h"
#include "tenure/api/v1/alert.pb.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <cstdio>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;

constexpr int kOpenShown = 12;
constexpr std::int64_t kShowEveryUs = 200'000;

std::string money(std::int64_t minor) { return fmt::format("€{} k", minor / 100'000); }

Tone tone_of(std::string_view severity) {
  if (severity == "critical" || severity == "high") return Tone::kBad;
  return severity == "medium" ? Tone::kWarning : Tone::kFaint;
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

DemoView::DemoView(Engine& engine, const Book& book, const Output& out, bool evidence)
    : engine_(engine),
      book_(book),
      out_(out),
      evidence_(evidence),
      feed_(engine.log()),
      began_us_(steady_now_us()) {
  for (const AccountTruth& account : book.truth()) {
    names_[account.account] = account.name;
    values_minor_[account.account] = account.value_minor;
  }
}

Result<void> DemoView::take_told() {
  TENURE_TRY_ASSIGN(const std::vector<TellingStep> steps, feed_.poll());
  for (const TellingStep& step : steps) {
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
    if (present_) print_step(step);
  }
  return {};
}

void DemoView::print_step(const TellingStep& step) {
  constexpr std::string_view kWords[] = {"", "", "", "RAISED", "ESCALATED", "REMINDED", "cleared"};
  const bool cleared = step.step == TellingStep::Step::kCleared;
  std::string to;
  for (const std::string& who : step.told_to) to += (to.empty() ? "  → " : ", ") + who;
  out_.line(fmt::format("{}  {}  {}  {}, {}{}", demo_time(step.at),
                        out_.toned(fmt::format("{:9}", kWords[static_cast<std::size_t>(step.step)]),
                                   cleared ? Tone::kGood : tone_of(step.severity)),
                        fmt::format("{:8}", step.severity), printable(names_[step.account]),
                        money(values_minor_[step.account]), to));
  out_.line(fmt::format("                  {}",
                        printable(step.sentence.empty() ? step.rule : step.sentence)));
}

void DemoView::show_past(std::uint64_t logged, std::uint64_t total) {
  const std::int64_t now_us = steady_now_us();
  if (!out_.errors_on_terminal() || now_us - shown_us_ < kShowEveryUs) return;
  shown_us_ = now_us;
  const auto seconds =
      static_cast<std::uint64_t>(std::max<std::int64_t>(1, (now_us - began_us_) / 1'000'000));
  std::fprintf(
      stderr, "\r\x1b[Ktwo years of 300 accounts: %llu %%  %s of %s records  %s/s  %s told  %s",
      static_cast<unsigned long long>(total == 0 ? 0 : logged * 100 / total),
      grouped(logged).c_str(), grouped(total).c_str(), grouped(logged / seconds).c_str(),
      grouped(alerts_.size()).c_str(), to_string(engine_.clock().now()).substr(0, 10).c_str());
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
  TENURE_TRY(print_open_alerts());
  present_ = true;
  return {};
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
                    money(values_minor_[alert.account()])));
    out_.line(fmt::format("          {}", printable(alert.sentence())));
    if (!evidence_) continue;
    for (const msg::Evidence& cause : alert.evidence())
      out_.line(fmt::format("            {}  {}", cause.occurred_at().substr(0, 10),
                            printable(cause.sentence())));
  }
  out_.line("");
  return {};
}

void DemoView::show_banner(Instant present) {
  const std::int64_t now_us = steady_now_us();
  if (!out_.errors_on_terminal() || now_us - shown_us_ < kShowEveryUs) return;
  shown_us_ = now_us;
  std::fprintf(stderr, "\r\x1b[K%s  %zu alerts open  (one working hour a minute; Ctrl-C ends)",
               demo_time(present).c_str(), open_.size());
  std::fflush(stderr);
}

}  // namespace tenure
