#include "engine/review/ledger.h"

#include "engine/base/bytes.h"
#include "tenure/event/v1/alert.pb.h"

#include <algorithm>
#include <tuple>

namespace tenure {
namespace {

namespace pb = event::v1;

constexpr std::uint64_t kEncoding = 1;
// Cleared episodes of subjects long gone would grow for ever; beyond this many the one cleared
// first is forgotten.
constexpr std::ptrdiff_t kQuietKept = 256;

// Both are open enumerations: what a later version, or nobody, defines counts as not said.
Severity severity_of(const pb::AlertTransitioned& told) {
  return pb::AlertSeverity_IsValid(told.severity()) ? static_cast<Severity>(told.severity())
                                                    : Severity::kUnspecified;
}

std::uint8_t verdict_of(const pb::AlertActed& acted) {
  return pb::AlertVerdict_IsValid(acted.verdict()) ? static_cast<std::uint8_t>(acted.verdict()) : 0;
}

bool comes_before(const Episode& episode, std::string_view rule, std::string_view subject) {
  const std::string_view own = episode.rule;
  return own < rule || (own == rule && episode.subject < subject);
}

void begin(Episode& episode, Episode::State state, Instant since, Severity severity) {
  episode.state = state;
  episode.since = since;
  episode.severity = severity;
  episode.rung = 0;
  episode.last_told = state == Episode::State::kRaised ? since : Instant::always();
  episode.snoozed_until = Instant::always();
  episode.acknowledged = false;
  episode.verdict = 0;
  episode.by_hand = false;
  episode.assignee.clear();
  episode.transition_id.clear();
}

void clear(Episode& episode, Instant at, bool by_hand) {
  episode.state = Episode::State::kQuiet;
  episode.since = at;
  episode.by_hand = by_hand;
  episode.snoozed_until = Instant::always();
}

void escalate(Episode& episode, const pb::AlertTransitioned& told, Instant at) {
  const Severity severity = severity_of(told);
  // A worse alert is news: whoever had seen the lesser one has not seen this.
  if (severity > episode.severity) {
    episode.acknowledged = false;
    episode.snoozed_until = Instant::always();
  }
  episode.severity = severity;
  episode.rung = std::max(episode.rung, told.rung());
  episode.last_told = at;
}

// True when the episode is to be forgotten.
bool step(Episode& episode, const pb::AlertTransitioned& told, std::string_view id) {
  const Instant at{told.decided_at_us()};
  const bool raised = episode.state == Episode::State::kRaised;
  switch (told.step()) {
    case pb::ALERT_STEP_ARMED:
      begin(episode, Episode::State::kArmed, at, severity_of(told));
      return false;
    case pb::ALERT_STEP_RAISED:
      begin(episode, Episode::State::kRaised, at, severity_of(told));
      episode.transition_id = std::string(id);
      return false;
    case pb::ALERT_STEP_DISARMED:
      // Of a quiet episode: its raise condition ceased once after somebody cleared it by hand.
      episode.by_hand = false;
      return episode.state == Episode::State::kArmed;
    case pb::ALERT_STEP_ESCALATED:
      if (raised) escalate(episode, told, at);
      return false;
    case pb::ALERT_STEP_REMINDED:
      if (raised) episode.last_told = at;
      return false;
    case pb::ALERT_STEP_CLEARED:
      if (raised) clear(episode, at, false);
      return false;
    default: return false;
  }
}

void act(Episode& episode, const pb::AlertActed& acted, Instant at) {
  switch (acted.act()) {
    case pb::ALERT_ACT_ACKNOWLEDGED:
      episode.acknowledged = true;
      // Acts that were logged before this was said leave the snooze as it is.
      if (acted.until_us() != 0) episode.snoozed_until = Instant::always();
      break;
    case pb::ALERT_ACT_SNOOZED: episode.snoozed_until = Instant{acted.until_us()}; break;
    case pb::ALERT_ACT_ASSIGNED: episode.assignee = acted.assignee(); break;
    case pb::ALERT_ACT_CLEARED: clear(episode, at, true); break;
    case pb::ALERT_ACT_JUDGED: episode.verdict = verdict_of(acted); break;
    default: break;
  }
}

void encode_episode(const Episode& episode, std::string& bytes) {
  put_text(bytes, episode.rule);
  put_text(bytes, episode.subject);
  put_varint(bytes, static_cast<std::uint64_t>(episode.state));
  put_varint(bytes, static_cast<std::uint64_t>(episode.severity));
  put_varint(bytes, episode.rung);
  put_signed(bytes, episode.since.us);
  put_signed(bytes, episode.last_told.us);
  put_signed(bytes, episode.snoozed_until.us);
  put_varint(bytes, (episode.acknowledged ? 1U : 0U) | (episode.by_hand ? 2U : 0U));
  put_varint(bytes, episode.verdict);
  put_text(bytes, episode.assignee);
  put_text(bytes, episode.transition_id);
}

bool decode_episode(ByteReader& reader, Episode& episode) {
  std::string_view rule, subject, assignee, transition_id;
  std::uint64_t state = 0, severity = 0, rung = 0, flags = 0, verdict = 0;
  if (!reader.text(rule) || !reader.text(subject) || !reader.varint(state) ||
      !reader.varint(severity) || !reader.varint(rung) || !reader.signed_varint(episode.since.us) ||
      !reader.signed_varint(episode.last_told.us) ||
      !reader.signed_varint(episode.snoozed_until.us) || !reader.varint(flags) ||
      !reader.varint(verdict) || !reader.text(assignee) || !reader.text(transition_id))
    return false;
  if (state > 2 || severity > 4 || rung > UINT32_MAX || flags > 3 || verdict > UINT8_MAX)
    return false;
  episode.rule = std::string(rule);
  episode.subject = std::string(subject);
  episode.state = static_cast<Episode::State>(state);
  episode.severity = static_cast<Severity>(severity);
  episode.rung = static_cast<std::uint32_t>(rung);
  episode.acknowledged = (flags & 1) != 0;
  episode.by_hand = (flags & 2) != 0;
  episode.verdict = static_cast<std::uint8_t>(verdict);
  episode.assignee = std::string(assignee);
  episode.transition_id = std::string(transition_id);
  return true;
}

void forget_oldest(std::vector<Episode>& episodes) {
  const auto quiet = [](const Episode& e) {
    return e.state == Episode::State::kQuiet && !e.by_hand;
  };
  if (std::count_if(episodes.begin(), episodes.end(), quiet) <= kQuietKept) return;
  auto oldest = episodes.end();
  for (auto it = episodes.begin(); it != episodes.end(); ++it)
    if (quiet(*it) && (oldest == episodes.end() || it->since < oldest->since)) oldest = it;
  episodes.erase(oldest);
}

}  // namespace

Episode& AlertLedger::at(std::string_view rule, std::string_view subject) {
  auto found = std::lower_bound(episodes_.begin(), episodes_.end(), std::tie(rule, subject),
                                [](const Episode& e, const auto& key) {
                                  return comes_before(e, std::get<0>(key), std::get<1>(key));
                                });
  if (found == episodes_.end() || found->rule != rule || found->subject != subject) {
    found = episodes_.emplace(found);
    found->rule = std::string(rule);
    found->subject = std::string(subject);
    found->since = Instant::always();
    found->last_told = Instant::always();
  }
  return *found;
}

const Episode* AlertLedger::find(std::string_view rule, std::string_view subject) const {
  const auto found = std::lower_bound(episodes_.begin(), episodes_.end(), std::tie(rule, subject),
                                      [](const Episode& e, const auto& key) {
                                        return comes_before(e, std::get<0>(key), std::get<1>(key));
                                      });
  return found != episodes_.end() && found->rule == rule && found->subject == subject ? &*found
                                                                                      : nullptr;
}

void AlertLedger::apply(const Event& event) {
  if (event.type == EventType::kAlertTransitioned) {
    const auto& told = event.read<pb::AlertTransitioned>();
    // Only arming and raising begin an episode; the other steps need one.
    const bool begins = told.step() == pb::ALERT_STEP_ARMED || told.step() == pb::ALERT_STEP_RAISED;
    if (!begins && find(told.rule(), told.subject()) == nullptr) return;
    Episode& episode = at(told.rule(), told.subject());
    if (step(episode, told, event.id))
      episodes_.erase(episodes_.begin() + (&episode - episodes_.data()));
    if (told.step() == pb::ALERT_STEP_CLEARED) forget_oldest(episodes_);
  } else if (event.type == EventType::kAlertActed) {
    const auto& acted = event.read<pb::AlertActed>();
    const Episode* known = find(acted.rule(), acted.subject());
    if (known == nullptr || known->state != Episode::State::kRaised) return;
    act(at(acted.rule(), acted.subject()), acted, event.occurred_at);
  }
}

void AlertLedger::encode(std::string& bytes) const {
  put_varint(bytes, kEncoding);
  put_varint(bytes, episodes_.size());
  for (const Episode& episode : episodes_) encode_episode(episode, bytes);
}

Result<AlertLedger> AlertLedger::decode(std::string_view stored) {
  const auto corrupt = [] {
    return fail(ErrorCode::kCorrupt,
                "the stored alert ledger of an account cannot be read; delete the state directory, "
                "it is rebuilt from the log");
  };
  ByteReader reader(stored);
  std::uint64_t encoding = 0;
  std::uint64_t count = 0;
  // An episode takes more than 10 bytes: a greater count is not worth memory.
  if (!reader.varint(encoding) || encoding != kEncoding || !reader.varint(count) ||
      count > stored.size() / 10)
    return corrupt();
  AlertLedger ledger;
  ledger.episodes_.resize(static_cast<std::size_t>(count));
  for (std::size_t k = 0; k < ledger.episodes_.size(); ++k) {
    Episode& episode = ledger.episodes_[k];
    if (!decode_episode(reader, episode)) return corrupt();
    if (k > 0 && !comes_before(ledger.episodes_[k - 1], episode.rule, episode.subject))
      return corrupt();
  }
  if (!reader.done()) return corrupt();
  return ledger;
}

}  // namespace tenure
