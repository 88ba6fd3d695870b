#include "engine/query/queries.h"

#include "engine/event/render.h"
#include "engine/query/absences.h"
#include "engine/query/account_past.h"
#include "engine/query/account_rows.h"
#include "engine/query/alert_answer.h"
#include "engine/query/json_text.h"
#include "tenure/api/v1/account.pb.h"
#include "tenure/api/v1/alert.pb.h"
#include "tenure/api/v1/operator.pb.h"

#include <algorithm>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;

std::string_view unit_name(SignalUnit unit) {
  switch (unit) {
    case SignalUnit::kCount: return "count";
    case SignalUnit::kDays: return "days";
    case SignalUnit::kShare: return "share";
    case SignalUnit::kFlag: return "flag";
    case SignalUnit::kInstant: return "instant";
    case SignalUnit::kMoney: return "money";
  }
  return "count";
}

void fill_profile(const AccountContext& context, msg::AccountProfile& out) {
  out.set_tier(std::string(to_string(context.tier)));
  out.set_sector(std::string(context.sector));
  out.set_stage(std::string(context.stage));
  out.set_owner(std::string(context.owner));
  out.set_parent(std::string(context.parent));
  out.set_profile(context.profile->name);
  out.set_lost(context.lost);
}

void fill_signals(const SignalCatalog& catalog, const HotAccount& hot,
                  msg::GetAccountResponse& out) {
  const auto add = [&](SignalId id, std::string_view subject, std::int64_t milli) {
    const SignalSpec& spec = catalog.spec(id);
    msg::Signal& signal = *out.add_signals();
    signal.set_name(std::string(spec.name));
    signal.set_subject(std::string(subject));
    if (milli != kMissing) signal.set_milli(milli);
    signal.set_unit(std::string(unit_name(spec.unit)));
  };
  for (std::uint16_t id = 0; id < catalog.size(); ++id)
    if (!catalog.spec({id}).per_subject) add({id}, {}, hot.signals[id]);
  for (const SubjectSignal& value : hot.subjects) add(value.signal, value.subject, value.milli);
}

void fill_health(const SignalCatalog& catalog, const AccountAt& account, msg::Health& out) {
  if (account.health.score_milli) out.set_score_milli(*account.health.score_milli);
  out.set_profile(account.context.profile->name);
  out.set_rules_version(account.context.profile->version);
  for (const Contribution& part : account.health.contributions) {
    msg::Contribution& contribution = *out.add_contributions();
    contribution.set_signal(std::string(catalog.spec(part.signal).name));
    contribution.set_weight(part.weight);
    contribution.set_points_milli(part.points_milli);
    contribution.set_share_milli(part.share_milli);
    contribution.set_missing(part.missing);
  }
}

Result<void> fill_facts(const ProjectionSet& set, const AccountFacts& facts,
                        msg::GetAccountResponse& out) {
  for (std::size_t index = 0; index < set.size(); ++index) {
    const std::string name(set.at(index).name);
    TENURE_TRY(value_of_json(set.at(index).describe(facts.facts(index)),
                             (*out.mutable_facts()->mutable_fields())[name]));
  }
  return {};
}

// The same as JSON. Names of projections are plain words.
JsonField facts_as_json(const ProjectionSet& set, const AccountFacts& facts) {
  JsonField field{"facts", "{"};
  for (std::size_t index = 0; index < set.size(); ++index) {
    field.text.append(index > 0 ? ",\"" : "\"").append(set.at(index).name).append("\":");
    field.text.append(set.at(index).describe(facts.facts(index)));
  }
  field.text += '}';
  return field;
}

Sha256 facts_hash(std::string_view account, const AccountFacts& facts) {
  std::string bytes;
  facts.encode(bytes);
  return sha256(std::string(account) + '\0', bytes);
}

}  // namespace

Result<void> Queries::account(AccountId id, std::optional<AsOf> as_of, msg::GetAccountResponse& out,
                              AnswerNotes* notes) const {
  const Instant now = as_of ? as_of->at : engine_.clock().now();
  Result<AccountAt> found =
      as_of ? account_as_of(engine_, id, *as_of) : account_now(engine_, id, now);
  if (!found) return found.error();
  const AccountAt& account = *found;
  out.set_account(account.id.str());
  out.set_name(std::string(account.context.name));
  out.set_events(account.hot->events);
  fill_profile(account.context, *out.mutable_profile());
  fill_signals(engine_.set().catalog(), *account.hot, out);
  fill_health(engine_.set().catalog(), account, *out.mutable_health());
  if (notes != nullptr && notes->as_json)
    notes->instead = facts_as_json(engine_.set(), account.hot->facts);
  else
    TENURE_TRY(fill_facts(engine_.set(), account.hot->facts, out));
  const Covers covers = as_of ? Covers(*account.reference, now) : Covers::now(engine_, now);
  covers.fill(account.context.owner, out);
  for (const Episode& episode : account.hot->ledger.episodes()) {
    if (!is_shown(engine_, account.id.text, episode) || episode.state != Episode::State::kRaised)
      continue;
    msg::Alert& alert = *out.add_alerts();
    TENURE_TRY(fill_alert(engine_, account, episode, now, alert));
    covers.fill(account.context.owner, alert);
  }
  sort_alerts(*out.mutable_alerts());
  msg::Freshness& freshness = *out.mutable_freshness();
  freshness.set_position(to_string(account.position));
  freshness.set_as_of(to_string(now));
  freshness.set_complete(account.complete && engine_.complete());
  freshness.set_reference_position(account.reference->position());
  if (notes != nullptr) {
    notes->stamp = account.stamp;
    notes->stamp.holds_before(covers.valid_until());
  }
  return {};
}

Result<Digest> Queries::digest(std::optional<AsOf> as_of) const {
  std::vector<std::pair<std::string, Sha256>> accounts;
  Digest digest;
  for (std::uint16_t shard = 0; shard < engine_.shards(); ++shard) {
    std::vector<std::string> ids;
    engine_.with_shard(ShardId{shard}, [&](Shard& mine) {
      for (std::uint32_t number = 0; number < mine.accounts(); ++number)
        ids.push_back(mine.slot(number).id);
    });
    for (const std::string& id : ids) {
      const AccountId account(id);
      Result<AccountAt> found = as_of ? account_as_of(engine_, account, *as_of)
                                      : account_now(engine_, account, engine_.clock().now());
      if (!found && found.error().code == ErrorCode::kNotFound) continue;
      if (!found) return found.error();
      digest.events += found->hot->events;
      accounts.emplace_back(id, facts_hash(id, found->hot->facts));
    }
  }
  std::sort(accounts.begin(), accounts.end());
  std::string all = engine_.set().fingerprint();
  for (const auto& [id, hash] : accounts)
    all.append(reinterpret_cast<const char*>(hash.data()), hash.size());
  digest.hash = to_hex(sha256(all));
  digest.accounts = accounts.size();
  return digest;
}

namespace {

void add_silent_feeds(const Reference& reference, Instant now, msg::GetStatusResponse& out) {
  constexpr Duration kShownFor = std::chrono::hours(24 * 30);
  const std::vector<SourceGap>& gaps = reference.source_gaps();
  for (auto gap = gaps.rbegin(); gap != gaps.rend(); ++gap) {
    if (gap->from > now || gap->until < now - kShownFor) continue;
    msg::SilentFeed& feed = *out.add_silent_feeds();
    feed.set_feed(gap->feed);
    feed.set_reason(gap->reason);
    feed.set_from(to_string(gap->from));
    if (gap->until != Instant::never()) feed.set_until(to_string(gap->until));
  }
}

}  // namespace

void Queries::status(msg::GetStatusResponse& out) const {
  const EngineStatus now = engine_.status();
  out.set_caught_up(now.caught_up);
  std::string why;
  if (!engine_.ready(why)) out.set_not_ready(why);
  out.set_accounts(now.accounts);
  out.set_folded_lag(now.folded_lag);
  out.set_closed(to_string(now.closed));
  const IngestCounters& counters = engine_.counters();
  auto& names = *out.mutable_counters();
  names["records"] = counters.records;
  names["accepted"] = counters.accepted;
  names["repeated"] = counters.repeated;
  names["conflicts"] = counters.conflicts;
  names["quarantined"] = counters.quarantined;
  names["told"] = counters.told;
  names["reviews"] = now.reviews;
  const Instant at = engine_.clock().now();
  const ReferencePtr reference = engine_.reference().as_known(at);
  out.set_reference_position(reference->position());
  for (const Profile* profile : reference->profiles()) {
    msg::ProfileInForce& one = *out.add_profiles();
    one.set_name(profile->name);
    one.set_version(profile->version);
    one.set_rules(static_cast<std::uint32_t>(profile->rules.size()));
  }
  add_silent_feeds(*reference, at, out);
  out.set_checkpoints(now.checkpoints);
  const LogStat log = engine_.log().stat();
  out.set_quarantined(log.quarantined);
  out.set_log_bytes(log.bytes);
  out.set_log_events(log.events);
  fill_freshness(engine_, at, *out.mutable_freshness());
  for (const PartitionStatus& from : now.partitions) {
    msg::SourcePartition& partition = *out.add_partitions();
    partition.set_name(from.name);
    partition.set_assigned(from.assigned);
    if (from.stopped != StopReason::kNone)
      partition.set_stopped(std::string(to_string(from.stopped)));
    partition.set_detail(from.detail);
    partition.set_next(from.next);
    partition.set_end(from.end);
  }
}

}  // namespace tenure
