#include "apps/book/bench_stream.h"

#include "apps/book/internal/dice.h"
#include "tenure/event/v1/event.pb.h"

#include <algorithm>

namespace tenure {
namespace {

namespace pb = tenure::event::v1;

/// Protobuf's wire form by hand: a message object a payload would cost more than the whole event.
void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

void put_number(std::string& out, int field, std::int64_t value) {
  put_varint(out, static_cast<std::uint64_t>(field) << 3);
  put_varint(out, static_cast<std::uint64_t>(value));
}

void put_text(std::string& out, int field, std::string_view text) {
  put_varint(out, (static_cast<std::uint64_t>(field) << 3) | 2);
  put_varint(out, text.size());
  out += text;
}

/// "prefix" and ten digits.
void name(std::string& out, std::string_view prefix, std::uint64_t value) {
  char digits[10];
  for (int i = 9; i >= 0; --i) {
    digits[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out.assign(prefix);
  out.append(digits, sizeof digits);
}

constexpr std::string_view kTopic = "Question about the last delivery";

}  // namespace

struct BenchStream::Impl {
  BenchStreamOptions options;
  book::Dice dice;
  std::uint64_t number = 0;
  std::string key;
  std::string text;
  std::string surrogate = std::string(32, 'a');
  std::string part;
  std::string bytes;

  explicit Impl(BenchStreamOptions o) : options(o), dice(o.seed, 77) {
    options.accounts = std::clamp<std::uint32_t>(options.accounts, 1, 10'000'000);
    number = options.sent_before;
  }

  void draw_account() {
    if (options.each_account_first && number <= options.accounts) {
      // A prime that does not divide their number scatters them and meets each once.
      const std::uint64_t stride = options.accounts % 7'919 == 0 ? 7'927 : 7'919;
      name(key, "account-", number * stride % options.accounts);
      return;
    }
    // Each draw that is skewed lands in the first hundredth of the accounts.
    std::int64_t of = options.accounts;
    if (dice.chance_permille(options.skew_permille / 2)) of = std::max<std::int64_t>(of / 100, 1);
    name(key, "account-", static_cast<std::uint64_t>(dice.below(of)));
  }

  void put_mail(int field) {
    name(text, "thread-", number / 3);
    put_text(part, pb::EmailReceived::kThreadFieldNumber, text);
    put_text(part, pb::EmailReceived::kTopicFieldNumber, kTopic);
    put_text(bytes, field, part);
  }

  void put_usage() {
    using P = pb::UsageRolledUp;
    put_number(part, P::kPeriodDaysFieldNumber, 1);
    put_number(part, P::kActiveUsersFieldNumber, dice.between(5, 60));
    put_number(part, P::kSeatsFieldNumber, 80);
    put_number(part, P::kSessionsFieldNumber, dice.between(10, 300));
    put_number(part, P::kFeaturesUsedFieldNumber, dice.between(3, 20));
    put_text(bytes, pb::Event::kUsageRolledUpFieldNumber, part);
  }

  void put_complaint(bool opens) {
    using P = pb::ComplaintOpened;
    name(text, "ticket-", static_cast<std::uint64_t>(dice.below(8)));
    put_text(part, P::kComplaintFieldNumber, text);
    if (!opens) return put_text(bytes, pb::Event::kComplaintResolvedFieldNumber, part);
    put_number(part, P::kSeverityFieldNumber, pb::COMPLAINT_SEVERITY_NORMAL);
    put_text(part, P::kCategoryFieldNumber, "billing");
    put_text(part, P::kChannelFieldNumber, "portal");
    put_text(bytes, pb::Event::kComplaintOpenedFieldNumber, part);
  }

  void put_meeting() {
    using P = pb::MeetingHeld;
    name(text, "meeting-", number);
    put_text(part, P::kMeetingFieldNumber, text);
    put_number(part, P::kModeFieldNumber, pb::MEETING_MODE_ONLINE);
    put_number(part, P::kDurationSFieldNumber, 1800);
    put_text(bytes, pb::Event::kMeetingHeldFieldNumber, part);
  }

  void put_payload() {
    part.clear();
    const std::int64_t kind = dice.below(100);
    if (kind < 40) return put_mail(pb::Event::kEmailReceivedFieldNumber);
    if (kind < 70) return put_mail(pb::Event::kEmailSentFieldNumber);
    if (kind < 90) return put_usage();
    if (kind < 96) return put_complaint(kind < 93);
    put_meeting();
  }

  void put_person() {
    static constexpr char kDigits[] = "0123456789abcdef";
    const std::uint64_t drawn = dice.next();
    for (std::size_t i = 0; i < 8; ++i) surrogate[i] = kDigits[(drawn >> (i * 4)) & 15];
    part.clear();
    put_text(part, pb::Person::kSurrogateFieldNumber, surrogate);
    put_number(part, pb::Person::kSideFieldNumber, pb::SIDE_CLIENT);
    put_text(bytes, pb::Event::kPersonsFieldNumber, part);
  }

  Record next() {
    ++number;
    draw_account();
    Instant at = options.begins + options.step * static_cast<std::int64_t>(number);
    if (dice.chance_permille(options.late_permille)) {
      at = at - Duration(dice.below(3'600'000) * 1000);
    }
    bytes.clear();
    put_text(bytes, pb::Event::kSourceFieldNumber, "crm.example.com/activities");
    name(text, "event-", number);
    put_text(bytes, pb::Event::kIdFieldNumber, text);
    put_number(bytes, pb::Event::kOccurredAtUsFieldNumber, at.us);
    put_text(bytes, pb::Event::kSubjectFieldNumber, key);
    put_text(bytes, pb::Event::kAccountsFieldNumber, key);
    put_text(bytes, pb::Event::kActorFieldNumber, "integration.service");
    put_person();
    put_payload();
    return {key, bytes, at};
  }
};

BenchStream::BenchStream(BenchStreamOptions options) : impl_(std::make_unique<Impl>(options)) {}
BenchStream::~BenchStream() = default;
BenchStream::Record BenchStream::next() { return impl_->next(); }

}  // namespace tenure
