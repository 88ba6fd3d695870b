// engine/query/account_rows.h
//
// Rows of lists: copied briefs, chosen and ordered without asking accounts, then filled with what
// only the account itself knows.
#pragma once

#include "engine/query/absences.h"
#include "engine/query/account_past.h"
#include "tenure/api/v1/portfolio.pb.h"

#include <boost/json/object.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tenure {

struct BriefRow {
  std::string account;
  Brief brief;
};

/// Calls `visit` with every account's slot while its shard stands still: be brief.
void visit_slots(const Engine& engine, const std::function<void(const AccountSlot&)>& visit);

/// Copies the briefs that `wanted` says yes to, in no order.
std::vector<BriefRow> collect_briefs(const Engine& engine,
                                     const std::function<bool(const AccountSlot&)>& wanted);

/// The facts of one projection as they are shown; empty without it.
boost::json::object facts_of(const ProjectionSet& set, const AccountFacts& facts,
                             std::string_view projection);
/// A text of them; empty when it is not there.
std::string text_of(const boost::json::object& object, std::string_view key);

/// What the brief says, and who covers.
void fill_row(const BriefRow& from, const Covers& covers, api::v1::AccountRow& out);

/// What the account's facts say beside the brief: sector, stage, when the client was last heard.
/// Nothing where the account is not there any more.
Result<void> fill_row_facts(const Engine& engine, std::string_view account,
                            api::v1::AccountRow& out);

/// The same of an account that was read already.
void fill_row_facts(const Engine& engine, const AccountAt& account, api::v1::AccountRow& out);

/// What only the account says: sector, stage, when the client was last heard, its worst alert. With
/// `change`, which reads the whole history: its health against 30 days ago, the client's last word
/// itself, and the next step.
Result<void> fill_row_details(const Engine& engine, std::string_view account, bool change,
                              api::v1::AccountRow& out);

/// Sums by currency.
class MoneySums final {
 public:
  void add(const Brief& brief) {
    if (brief.value_milli != kMissing) add(brief.currency, brief.value_milli);
  }
  void add(const std::string& currency, std::int64_t milli) { sums_[currency] += milli; }
  /// The greatest first.
  void fill(google::protobuf::RepeatedPtrField<api::v1::Money>& out) const;
  [[nodiscard]] std::int64_t greatest() const;

 private:
  std::map<std::string, std::int64_t> sums_;
};

/// An account with an open alert of severity high or above.
inline bool is_at_risk(const Brief& brief) {
  return brief.open_alerts > 0 && brief.worst >= Severity::kHigh;
}

/// Below it health is low, from the other on it is high.
inline constexpr std::int64_t kHealthLow = 40'000;
inline constexpr std::int64_t kHealthHigh = 70'000;

/// Of an answer about many accounts: the position of every shard, asked before its rows are read,
/// so that it never promises more than they hold.
void fill_freshness(const Engine& engine, Instant now, api::v1::Freshness& out);

/// 0 becomes `preset`; kInvalid below 0 or above `greatest`.
Result<std::size_t> page_size_of(std::int32_t asked, std::size_t preset, std::size_t greatest);

}  // namespace tenure
