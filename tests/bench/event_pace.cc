#include "tests/bench/event_pace.h"

#include "engine/base/clock.h"
#include "tenure/event/v1/event.pb.h"

#include <fmt/format.h>

#include <algorithm>

namespace tenure::bench {
namespace {

// As the Kafka source gathers.
constexpr Duration kGather = std::chrono::milliseconds(1);

class PacedSource final : public Source {
 public:
  explicit PacedSource(std::shared_ptr<EventPace> pace) : pace_(std::move(pace)) {}

  Result<std::span<const IncomingRecord>> poll(Duration wait, std::size_t records_max,
                                               SourceListener& listener) override {
    if (!assigned_) {
      DecoderOptions decoding;
      decoding.format = RecordFormat::kProtobuf;
      decoding.source = "bench/doors";
      listener.assigned(0, kName, decoding);
      assigned_ = true;
    }
    made_.clear();
    records_.clear();
    pace_->take(wait, records_max, made_);
    const Instant now = SystemClock().now();
    for (const EventPace::Record& record : made_) {
      IncomingRecord& incoming = records_.emplace_back();
      incoming.record.partition = kName;
      incoming.record.offset = next_++;
      incoming.record.appended_at = now;
      incoming.record.key = record.key;
      incoming.record.value = record.envelope;
    }
    return std::span<const IncomingRecord>(records_);
  }
  void wake() override { pace_->wake(); }
  void synced(std::span<const SourceOffset>) override {}
  Result<std::pair<std::int64_t, std::int64_t>> accept_gap(std::string_view) override {
    return fail(ErrorCode::kInvalid, "it has no gaps");
  }
  [[nodiscard]] bool caught_up() const override { return pace_->begun(); }
  [[nodiscard]] std::vector<PartitionStatus> status() const override {
    PartitionStatus status;
    status.name = kName;
    status.assigned = true;
    status.next = status.end = next_;
    return {status};
  }
  void close() override {}

 private:
  const std::string kName = "bench:doors/0";
  std::shared_ptr<EventPace> pace_;
  std::vector<EventPace::Record> made_;
  std::vector<IncomingRecord> records_;
  std::int64_t next_ = 0;
  bool assigned_ = false;
};

}  // namespace

std::vector<std::string> champion_lost(std::int64_t sent_us, std::string& account) {
  namespace pb = ::tenure::event::v1;
  account = fmt::format("alert-{:016}", sent_us);
  const Instant now = SystemClock().now();
  std::vector<std::string> envelopes;
  for (const bool leaves : {false, true}) {
    pb::Event event;
    event.set_source("crm.example.com/people");
    event.set_id(account + (leaves ? "-left" : "-came"));
    event.set_occurred_at_us(now.us - (leaves ? 0 : 1000));
    event.set_subject(account);
    event.add_accounts(account);
    pb::Person& person = *event.add_persons();
    person.set_surrogate(std::string(32, 'b'));
    person.set_side(pb::SIDE_CLIENT);
    if (leaves)
      event.mutable_stakeholder_left();
    else
      event.mutable_stakeholder_added()->set_role(pb::STAKEHOLDER_ROLE_CHAMPION);
    envelopes.push_back(event.SerializeAsString());
  }
  return envelopes;
}

EventPace::EventPace(std::uint64_t at_once, std::uint32_t accounts)
    : at_once_(at_once), accounts_(accounts) {
  BenchStreamOptions of;
  of.accounts = accounts;
  of.each_account_first = true;
  of.begins =
      SystemClock().now() - of.step * static_cast<std::int64_t>(at_once) - std::chrono::minutes(2);
  stream_ = std::make_unique<BenchStream>(of);
}

EventPace::Sent EventPace::set(double rate, double alerts) {
  const std::lock_guard lock(mutex_);
  const std::int64_t now = steady_now_us();
  Sent before = sent_;
  before.seconds = static_cast<double>(now - began_us_) / 1e6;
  sent_ = {};
  rate_ = rate;
  alerts_rate_ = alerts;
  began_us_ = now;
  if (rate > 0) {
    BenchStreamOptions of;
    of.accounts = accounts_;
    of.sent_before = total_;
    of.step = Duration(static_cast<std::int64_t>(1e6 / rate));
    of.begins = SystemClock().now() - of.step * static_cast<std::int64_t>(total_);
    stream_ = std::make_unique<BenchStream>(of);
  }
  changed_.notify_all();
  return before;
}

// When the next one is to be sent; far away where none is.
std::int64_t EventPace::due_us() const {
  if (total_ < at_once_) return 0;
  double due = 1e18;
  if (rate_ > 0) due = static_cast<double>(sent_.events) / rate_ * 1e6;
  if (alerts_rate_ > 0) due = std::min(due, static_cast<double>(sent_.alerts) / alerts_rate_ * 1e6);
  return began_us_ + static_cast<std::int64_t>(due);
}

void EventPace::take(Duration wait, std::size_t records_max, std::vector<Record>& out) {
  std::unique_lock lock(mutex_);
  const std::int64_t until_us = steady_now_us() + wait.count();
  while (!woken_ && steady_now_us() < std::min(due_us(), until_us))
    changed_.wait_for(lock, Duration(std::min(due_us(), until_us) - steady_now_us()));
  const bool gathers = !woken_ && total_ >= at_once_ && due_us() <= steady_now_us();
  if (gathers) changed_.wait_for(lock, kGather, [&] { return woken_; });
  woken_ = false;
  take_due(steady_now_us(), records_max, out);
}

void EventPace::take_due(std::int64_t now_us, std::size_t records_max, std::vector<Record>& out) {
  const auto add_next = [&] {
    const BenchStream::Record record = stream_->next();
    out.push_back({std::string(record.key), std::string(record.envelope)});
    ++total_;
  };
  if (total_ < at_once_) {
    while (total_ < at_once_ && out.size() < records_max) add_next();
    return;
  }
  const double since = static_cast<double>(now_us - began_us_) / 1e6;
  if (rate_ > 0)
    sent_.late_s = std::max(sent_.late_s, since - static_cast<double>(sent_.events) / rate_);
  for (; alerts_rate_ > 0 && static_cast<double>(sent_.alerts) < since * alerts_rate_;
       ++sent_.alerts) {
    std::string account;
    const auto meant_us =
        static_cast<std::int64_t>(static_cast<double>(sent_.alerts) / alerts_rate_ * 1e6);
    for (std::string& envelope : champion_lost(began_us_ + meant_us, account))
      out.push_back({account, std::move(envelope)});
  }
  for (; rate_ > 0 && static_cast<double>(sent_.events) < since * rate_ && out.size() < records_max;
       ++sent_.events)
    add_next();
}

void EventPace::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

bool EventPace::begun() const {
  const std::lock_guard lock(mutex_);
  return total_ >= at_once_;
}

std::unique_ptr<Source> paced_source(std::shared_ptr<EventPace> pace) {
  return std::make_unique<PacedSource>(std::move(pace));
}

}  // namespace tenure::bench
