#include "projections/profile/internal/value.h"

#include "engine/base/hash.h"
#include "tenure/event/v1/event.pb.h"

#include <algorithm>

namespace tenure::profile {
namespace {

namespace pb = event::v1;

// A contract and a subscription of the same id are two things.
constexpr std::uint64_t kContractSeed = 1;
constexpr std::uint64_t kSubscriptionSeed = 2;

ProfileValue* find(ProfileFacts& facts, std::uint64_t key) {
  auto* found = std::find_if(facts.values.begin(), facts.values.end(),
                             [&](const ProfileValue& value) { return value.key == key; });
  return found == facts.values.end() ? nullptr : found;
}

ProfileValue* find_or_add(ProfileFacts& facts, std::uint64_t key) {
  if (ProfileValue* value = find(facts, key)) return value;
  if (facts.values.size() >= kValuesMax) {
    auto* ended = std::find_if(facts.values.begin(), facts.values.end(),
                               [](const ProfileValue& value) { return !value.active; });
    if (ended == facts.values.end()) return nullptr;
    facts.values.erase(ended);
  }
  return &facts.values.push_back({key, 0, Instant::never(), true});
}

std::uint64_t contract(const std::string& id) { return fast_hash64(id, kContractSeed); }
std::uint64_t subscription(const std::string& id) { return fast_hash64(id, kSubscriptionSeed); }

void fold_signed(ProfileFacts& facts, const pb::ContractSigned& terms) {
  ProfileValue* value = find_or_add(facts, contract(terms.contract()));
  if (value == nullptr) return;
  value->minor = main_minor(facts, terms.annual_value(), 0);
  value->until = terms.ends_at_us() == 0 || terms.auto_renew() ? Instant::never()
                                                               : clamp_instant(terms.ends_at_us());
  value->active = true;
}

// What has no end of its own (it renews by itself) keeps none: only a notice or a termination ends
// it.
template <class Changed>
void fold_changed(ProfileFacts& facts, const Changed& changed) {
  ProfileValue* value = find(facts, contract(changed.contract()));
  if (value == nullptr) return;
  if (changed.has_annual_value())
    value->minor = main_minor(facts, changed.annual_value(), value->minor);
  if (changed.ends_at_us() != 0 && value->until != Instant::never())
    value->until = clamp_instant(changed.ends_at_us());
}

template <class Terms>
void fold_subscribed(ProfileFacts& facts, const Terms& terms) {
  ProfileValue* value = find_or_add(facts, subscription(terms.subscription()));
  if (value == nullptr) return;
  value->minor = main_minor(facts, terms.annual_value(), 0);
  value->active = true;
}

void set_active(ProfileFacts& facts, std::uint64_t key, bool active) {
  if (ProfileValue* value = find(facts, key)) value->active = active;
}

}  // namespace

std::int64_t main_minor(ProfileFacts& facts, const event::v1::Money& money,
                        std::int64_t otherwise) {
  const Currency currency = make_currency(money.currency());
  if (view(currency).empty()) return otherwise;
  if (view(facts.currency).empty()) facts.currency = currency;
  return currency == facts.currency ? clamp_amount(money.amount_minor()) : otherwise;
}

bool is_value(EventType type) {
  return static_cast<int>(type) >= 300 && static_cast<int>(type) < 350;
}

void fold_values(ProfileFacts& facts, const Event& event) {
  switch (event.type) {
    case EventType::kContractSigned: return fold_signed(facts, event.read<pb::ContractSigned>());
    case EventType::kContractRenewed: return fold_changed(facts, event.read<pb::ContractRenewed>());
    case EventType::kContractAmended: return fold_changed(facts, event.read<pb::ContractAmended>());
    case EventType::kContractNoticeGiven: {
      const auto& notice = event.read<pb::ContractNoticeGiven>();
      ProfileValue* value = find(facts, contract(notice.contract()));
      if (value != nullptr && notice.ends_at_us() != 0)
        value->until = clamp_instant(notice.ends_at_us());
      return;
    }
    case EventType::kContractTerminated:
      return set_active(facts, contract(event.read<pb::ContractTerminated>().contract()), false);
    case EventType::kSubscriptionStarted:
      return fold_subscribed(facts, event.read<pb::SubscriptionStarted>());
    case EventType::kSubscriptionUpgraded:
      return fold_subscribed(facts, event.read<pb::SubscriptionUpgraded>());
    case EventType::kSubscriptionDowngraded:
      return fold_subscribed(facts, event.read<pb::SubscriptionDowngraded>());
    case EventType::kSubscriptionCancelled:
      return set_active(facts, subscription(event.read<pb::SubscriptionCancelled>().subscription()),
                        false);
    case EventType::kSubscriptionReactivated:
      return set_active(
          facts, subscription(event.read<pb::SubscriptionReactivated>().subscription()), true);
    default: return;
  }
}

void emit_arr(const ProfileFacts& facts, Instant now, std::size_t index, SignalSink& sink) {
  if (view(facts.currency).empty()) return sink.emit(index, kMissing, Instant::never());
  std::int64_t minor = facts.values.empty() ? facts.won_minor : 0;
  Instant until = Instant::never();
  for (const ProfileValue& value : facts.values) {
    if (!value.active || value.until <= now) continue;
    minor += value.minor;
    until = std::min(until, value.until);
  }
  sink.emit(index, money_milli(minor, facts.currency), until);
}

}  // namespace tenure::profile
