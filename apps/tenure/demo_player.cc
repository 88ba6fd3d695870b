#include "apps/tenure/demo_player.h"

#include "engine/base/clock.h"
#include "engine/reference/calendar.h"
#include "engine/runtime/source.h"

#include <algorithm>
#include <thread>

namespace tenure {
namespace {

constexpr std::size_t kRecordOverhead = 96;  // headers and the transport's own bytes
constexpr auto kLogWait = std::chrono::milliseconds(2);
constexpr auto kStep = std::chrono::milliseconds(250);
constexpr Duration kFlushWait = std::chrono::seconds(60);

const Calendar& working_days() {
  static const std::shared_ptr<const Calendar> calendar = [] {
    auto made = Calendar::make("Europe/Berlin", "Mon-Fri 09:00-18:00", {});
    return made ? *made : Calendar::round_the_clock();
  }();
  return *calendar;
}

}  // namespace

Instant skip_to_working_time(Instant at) {
  const Calendar& calendar = working_days();
  return calendar.is_open(at) ? at : calendar.next_change(at);
}

Result<void> DemoPlayer::send(Instant at, std::string_view key, const std::string* envelope) {
  const std::string tick = std::to_string(at.us);
  const RecordHeaderView header{kTickHeader, tick};
  const std::size_t bytes =
      (envelope != nullptr ? envelope->size() : 0) + key.size() + kRecordOverhead;
  std::optional<std::string_view> value;
  if (envelope != nullptr) value = *envelope;
  TENURE_TRY(producer_.send(options_.topic, key, value, std::span(&header, 1), at, 0));
  waiting_.emplace_back(static_cast<std::int64_t>(sent_.fetch_add(1)), bytes);
  ahead_ += bytes;
  return {};
}

// Takes off what is logged; waits while too much is not.
Result<void> DemoPlayer::wait_for_log(const std::function<bool()>& stop) {
  while (ahead_ > options_.ahead_max && !stop()) {
    const auto stored = log_.offset(options_.partition);
    const std::int64_t next = stored ? stored->next : 0;
    while (!waiting_.empty() && waiting_.front().first < next) {
      ahead_ -= waiting_.front().second;
      waiting_.pop_front();
    }
    if (ahead_ > options_.ahead_max) std::this_thread::sleep_for(kLogWait);
  }
  return {};
}

Result<void> DemoPlayer::play(const std::function<bool()>& stop) {
  std::size_t next_pause = 0;
  for (const Delivery& delivery : book_.deliveries()) {
    for (; next_pause < options_.pauses.size() &&
           options_.pauses[next_pause].at <= delivery.arrives_at;
         ++next_pause)
      TENURE_TRY(pause(options_.pauses[next_pause], stop));
    if (stop()) return {};
    TENURE_TRY(wait_for_log(stop));
    TENURE_TRY(send(delivery.arrives_at, delivery.key, &delivery.envelope));
  }
  TENURE_TRY(send(book_.options().now, {}, nullptr));
  TENURE_TRY(producer_.flush(kFlushWait));
  present_us_ = book_.options().now.us;
  past_sent_ = true;
  while (!present_begun_ && !stop()) std::this_thread::sleep_for(kLogWait);
  TENURE_TRY(play_present(stop));
  TENURE_TRY(producer_.flush(kFlushWait));
  return {};
}

// The tick brings the engine's clock to the moment of the pause.
Result<void> DemoPlayer::pause(const DemoPause& pause, const std::function<bool()>& stop) {
  TENURE_TRY(send(pause.at, {}, nullptr));
  TENURE_TRY(producer_.flush(kFlushWait));
  while (!stop()) {
    const auto stored = log_.offset(options_.partition);
    if (stored && stored->next >= static_cast<std::int64_t>(sent_.load())) return pause.act();
    std::this_thread::sleep_for(kLogWait);
  }
  return {};
}

// A quiet producer ticks: dues of the present come at their own moment.
Result<void> DemoPlayer::play_present(const std::function<bool()>& stop) {
  const std::vector<Delivery>& script = book_.live_script();
  std::size_t next = 0;
  Instant now = book_.options().now;
  std::int64_t last_us = steady_now_us();
  while (!stop()) {
    std::this_thread::sleep_for(kStep);
    const std::int64_t us = steady_now_us();
    now = now + Duration((us - last_us) * options_.speed_up);
    last_us = us;
    if (options_.speed_up > 1) now = skip_to_working_time(now);
    for (; next < script.size() && script[next].arrives_at <= now; ++next)
      TENURE_TRY(send(script[next].arrives_at, script[next].key, &script[next].envelope));
    TENURE_TRY(send(now, {}, nullptr));
    TENURE_TRY(wait_for_log(stop));
    present_us_ = now.us;
  }
  return {};
}

}  // namespace tenure
