#include "tests/apps/book/support/book_health.h"

#include "engine/event/event.h"
#include "engine/runtime/account_signals.h"
#include "projections/registry.h"
#include "tenure/event/v1/event.pb.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <tuple>

namespace tenure::testing {
namespace {

namespace pb = tenure::event::v1;

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void activate_shipped_rules(ReferenceHistory& history) {
  Sequence sequence = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TENURE_SOURCE_DIR "/deploy/rules")) {
    if (entry.path().extension() != ".yaml") continue;
    pb::Event event;
    event.set_source("tenure/defaults");
    event.set_id(entry.path().filename());
    event.set_occurred_at_us(kEarliestInstant.us);
    pb::RulesActivated& rules = *event.mutable_rules_activated();
    rules.set_profile(entry.path().stem());
    rules.set_yaml(read_file(entry.path()));
    rules.set_initial(true);
    const std::string bytes = event.SerializeAsString();
    Event seen;
    ASSERT_TRUE(scan_event(bytes, seen));
    const auto applied = history.apply(seen, kEarliestInstant, ++sequence);
    ASSERT_TRUE(applied) << applied.error().message;
  }
  ASSERT_GE(sequence, 4U);
}

}  // namespace

BookHealth::BookHealth(const Book& book) : set_(all_projections()), history_(set_.catalog()) {
  activate_shipped_rules(history_);
  using Keyed = std::tuple<std::int64_t, std::int64_t, std::string, std::string, std::string>;
  std::map<std::string, std::vector<Keyed>, std::less<>> keyed;
  for (const Delivery& delivery : book.deliveries()) {
    const bool once = delivery.dirt != Dirt::kRepeat && delivery.dirt != Dirt::kFuture;
    if (delivery.undecodable || !once || delivery.key.empty()) continue;
    pb::Event event;
    if (!event.ParseFromString(delivery.envelope)) continue;
    // As the decoder does: a person is known by a surrogate.
    for (pb::Person& person : *event.mutable_persons()) {
      std::string surrogate =
          fmt::format("{:0>32x}", std::hash<std::string>()(person.source_person_id()));
      person.set_surrogate(surrogate);
    }
    keyed[delivery.key].emplace_back(event.occurred_at_us(), event.ordinal(), event.source(),
                                     event.id(), event.SerializeAsString());
  }
  for (auto& [account, list] : keyed) {
    std::sort(list.begin(), list.end());
    for (Keyed& one : list) events_[account].push_back(std::move(std::get<4>(one)));
  }
}

Health BookHealth::health(std::string_view account, Instant at) const {
  Health out;
  const auto found = events_.find(account);
  if (found == events_.end()) return out;
  HotAccount hot(set_);
  for (const std::string& bytes : found->second) {
    Event event;
    if (!scan_event(bytes, event) || event.occurred_at > at) break;
    hot.facts.fold(event, AccountId(account));
  }
  const ReferencePtr reference = history_.as_was(at);
  const AccountContext context = context_of(hot.facts, AccountId(account), *reference);
  refresh_signals(set_, hot, context, *reference, at);
  health_of(signal_set(hot), *context.profile, out);
  return out;
}

std::optional<int> BookHealth::score(std::string_view account, Instant at) const {
  const Health health = this->health(account, at);
  if (!health.score_milli) return std::nullopt;
  return static_cast<int>((*health.score_milli + 500) / 1000);
}

std::string BookHealth::explain(std::string_view account, Instant at) const {
  const Health health = this->health(account, at);
  std::string text =
      health.score_milli ? fmt::format("{}:", (*health.score_milli + 500) / 1000) : "unknown:";
  for (const Contribution& part : health.contributions) {
    text += fmt::format(" {} {} x {},", set_.catalog().spec(part.signal).name,
                        part.missing ? "missing" : fmt::to_string(part.points_milli / 1000),
                        part.weight);
  }
  return text;
}

}  // namespace tenure::testing
