#include "apps/book/bench_stream.h"

#include "apps/book/internal/dice.h"
#include "tenure/event/v1/event.pb.h"

#include <fmt/format.h>

#include <algorithm>

namespace tenure {

namespace pb = tenure::event::v1;

struct BenchStream::Impl {
  BenchStreamOptions options;
  book::Dice dice;
  std::uint64_t number = 0;
  pb::Event event;  // reused: its texts keep their memory
  std::string key;
  std::string thing;
  std::string bytes;

  explicit Impl(BenchStreamOptions o) : options(o), dice(o.seed, 77) {
    options.accounts = std::clamp<std::uint32_t>(options.accounts, 1, 10'000'000);
  }

  void draw_account() {
    // Each draw that is skewed lands in the first hundredth of the accounts.
    std::int64_t of = options.accounts;
    if (dice.chance_permille(options.skew_permille / 2)) of = std::max<std::int64_t>(of / 100, 1);
    key.clear();
    fmt::format_to(std::back_inserter(key), "account-{:08}", dice.below(of));
  }

  const std::string& name(const char* prefix, std::uint64_t value) {
    thing.clear();
    fmt::format_to(std::back_inserter(thing), "{}-{:010}", prefix, value);
    return thing;
  }

  void fill_payload() {
    const std::int64_t kind = dice.below(100);
    event.clear_payload();
    if (kind < 70) {
      const std::string& thread = name("thread", number / 3);
      if (kind < 40) {
        event.mutable_email_received()->set_thread(thread);
        event.mutable_email_received()->set_topic("Question about the last delivery");
      } else {
        event.mutable_email_sent()->set_thread(thread);
        event.mutable_email_sent()->set_topic("Question about the last delivery");
      }
    } else if (kind < 90) {
      pb::UsageRolledUp& usage = *event.mutable_usage_rolled_up();
      usage.set_period_days(1);
      usage.set_active_users(dice.between(5, 60));
      usage.set_seats(80);
      usage.set_sessions(dice.between(10, 300));
      usage.set_features_used(static_cast<std::int32_t>(dice.between(3, 20)));
    } else if (kind < 93) {
      pb::ComplaintOpened& opened = *event.mutable_complaint_opened();
      opened.set_complaint(name("ticket", static_cast<std::uint64_t>(dice.below(8))));
      opened.set_severity(pb::COMPLAINT_SEVERITY_NORMAL);
      opened.set_category("billing");
      opened.set_channel("portal");
    } else if (kind < 96) {
      event.mutable_complaint_resolved()->set_complaint(
          name("ticket", static_cast<std::uint64_t>(dice.below(8))));
    } else {
      event.mutable_meeting_held()->set_meeting(name("meeting", number));
      event.mutable_meeting_held()->set_mode(pb::MEETING_MODE_ONLINE);
      event.mutable_meeting_held()->set_duration_s(1800);
    }
  }

  Record next() {
    ++number;
    draw_account();
    Instant at = options.begins + options.step * static_cast<std::int64_t>(number);
    if (dice.chance_permille(options.late_permille)) {
      at = at - Duration(dice.below(3'600'000) * 1000);
    }
    if (event.accounts_size() == 0) {
      event.set_source("crm.example.com/activities");
      event.set_actor("integration.service");
      event.add_accounts();
      pb::Person& person = *event.add_persons();
      person.set_side(pb::SIDE_CLIENT);
      person.set_surrogate(std::string(32, 'a'));
    }
    event.set_id(name("event", number));
    event.set_occurred_at_us(at.us);
    event.set_subject(key);
    event.set_accounts(0, key);
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string& surrogate = *event.mutable_persons(0)->mutable_surrogate();
    for (std::size_t i = 0; i < 8; ++i) surrogate[i] = kDigits[dice.next() & 15];
    fill_payload();
    bytes.clear();
    event.AppendToString(&bytes);
    return {key, bytes, at};
  }
};

BenchStream::BenchStream(BenchStreamOptions options)
    : impl_(std::make_unique<Impl>(options)) {}
BenchStream::~BenchStream() = default;
BenchStream::Record BenchStream::next() { return impl_->next(); }

}  // namespace tenure
