#include "engine/query/account_rows.h"

#include "engine/query/account_story.h"
#include "engine/query/alert_answer.h"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;

constexpr Duration kChangeOver = std::chrono::hours(24 * 30);

void put_facts(const Engine& engine, const AccountContext& context, const AccountFacts& facts,
               msg::AccountRow& out) {
  out.set_sector(std::string(context.sector));
  out.set_stage(std::string(context.stage));
  out.set_last_client_word_at(
      text_of(facts_of(engine.set(), facts, "relationship"), "last_client_word"));
}

Result<void> fill_worst_alert(const Engine& engine, const AccountAt& account, Instant now,
                              msg::AccountRow& out) {
  const Episode* worst = nullptr;
  for (const Episode& episode : account.hot->ledger.episodes()) {
    if (episode.state != Episode::State::kRaised || !is_shown(engine, account.id.text, episode))
      continue;
    // One that somebody has put off comes after those that nobody has.
    const auto rank = [&](const Episode& e) {
      return std::make_tuple(e.snoozed_until <= now, e.severity, Instant::never().us - e.since.us);
    };
    if (worst == nullptr || rank(episode) > rank(*worst)) worst = &episode;
  }
  if (worst == nullptr) return {};
  return fill_alert(engine, account, *worst, now, *out.mutable_alert());
}

}  // namespace

boost::json::object facts_of(const ProjectionSet& set, const AccountFacts& facts,
                             std::string_view projection) {
  for (std::size_t index = 0; index < set.size(); ++index) {
    if (set.at(index).name != projection) continue;
    boost::system::error_code trouble;
    const auto all = boost::json::parse(set.at(index).describe(facts.facts(index)), trouble);
    return trouble || !all.is_object() ? boost::json::object() : all.as_object();
  }
  return {};
}

std::string text_of(const boost::json::object& object, std::string_view key) {
  const boost::json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

void visit_slots(const Engine& engine, const std::function<void(const AccountSlot&)>& visit) {
  for (std::uint16_t shard = 0; shard < engine.shards(); ++shard)
    engine.with_shard(ShardId{shard}, [&](Shard& mine) {
      for (std::uint32_t number = 0; number < mine.accounts(); ++number) visit(mine.slot(number));
    });
}

std::vector<BriefRow> collect_briefs(const Engine& engine,
                                     const std::function<bool(const AccountSlot&)>& wanted) {
  std::vector<BriefRow> rows;
  visit_slots(engine, [&](const AccountSlot& slot) {
    if (wanted(slot)) rows.push_back({slot.id, slot.brief});
  });
  return rows;
}

void fill_row(const BriefRow& from, const Covers& covers, msg::AccountRow& out) {
  const Brief& brief = from.brief;
  out.set_account(from.account);
  out.set_name(brief.name);
  out.set_owner(brief.owner);
  out.set_tier(std::string(to_string(brief.tier)));
  if (brief.value_milli != kMissing) {
    out.mutable_arr()->set_currency(brief.currency);
    out.mutable_arr()->set_milli(brief.value_milli);
  }
  if (brief.health_milli != kMissing) out.set_health_milli(brief.health_milli);
  if (brief.notice_by_ms != kMissing)
    out.set_notice_by(to_string(Instant{brief.notice_by_ms * 1000}));
  out.set_open_alerts(brief.open_alerts);
  out.set_lost(brief.lost);
  covers.fill(brief.owner, out);
}

Result<void> fill_row_facts(const Engine& engine, std::string_view id, msg::AccountRow& out) {
  const AccountId account(id);
  std::string row;
  const Result<void> read =
      engine.with_shard(shard_of(account, engine.shards()), [&](Shard& mine) -> Result<void> {
        TENURE_TRY_ASSIGN(const AccountSlot* slot, mine.find(account));
        if (slot != nullptr) encode_account(*slot, row);
        return {};
      });
  TENURE_TRY(read);
  if (row.empty()) return {};
  AccountSlot copy;
  TENURE_TRY(decode_account(row, copy));
  TENURE_TRY(warm_account(engine.set(), copy));
  put_facts(engine, copy.hot->facts.context(account), copy.hot->facts, out);
  return {};
}

void fill_row_facts(const Engine& engine, const AccountAt& account, msg::AccountRow& out) {
  put_facts(engine, account.context, account.hot->facts, out);
}

Result<void> fill_row_details(const Engine& engine, std::string_view id, bool change,
                              msg::AccountRow& out) {
  const Instant now = engine.clock().now();
  TENURE_TRY_ASSIGN(const AccountAt account, account_now(engine, AccountId(id), now));
  fill_row_facts(engine, account, out);
  TENURE_TRY(fill_worst_alert(engine, account, now, out));
  if (!change) return {};
  TENURE_TRY_ASSIGN(const Story story, read_story(engine, AccountId(id)));
  if (const auto at = parse_instant(out.last_client_word_at()))
    out.set_last_client_word(client_word_at(story, *at));
  if (const auto open = commitments_of(story, now); !open.empty()) {
    *out.mutable_next_step() = open.front();
  }
  if (!account.health.score_milli) return {};
  if (const auto before = health_was(engine, story, AccountId(id), now - kChangeOver))
    out.set_health_change_30d_milli(*account.health.score_milli - *before);
  return {};
}

void MoneySums::fill(google::protobuf::RepeatedPtrField<msg::Money>& out) const {
  for (const auto& [currency, milli] : sums_) {
    msg::Money& money = *out.Add();
    money.set_currency(currency);
    money.set_milli(milli);
  }
  std::sort(out.begin(), out.end(), [](const msg::Money& a, const msg::Money& b) {
    return std::make_tuple(-a.milli(), a.currency()) < std::make_tuple(-b.milli(), b.currency());
  });
}

std::int64_t MoneySums::greatest() const {
  std::int64_t greatest = 0;
  for (const auto& [currency, milli] : sums_) greatest = std::max(greatest, milli);
  return greatest;
}

void fill_freshness(const Engine& engine, Instant now, msg::Freshness& out) {
  out.set_position(to_string(engine.folded()));
  out.set_as_of(to_string(now));
  out.set_complete(engine.complete());
  out.set_reference_position(engine.reference().as_known(now)->position());
}

Result<std::size_t> page_size_of(std::int32_t asked, std::size_t preset, std::size_t greatest) {
  if (asked < 0 || static_cast<std::size_t>(asked) > greatest)
    return fail(ErrorCode::kInvalid, "page_size: must be 0 to " + std::to_string(greatest));
  return asked == 0 ? preset : static_cast<std::size_t>(asked);
}

}  // namespace tenure
