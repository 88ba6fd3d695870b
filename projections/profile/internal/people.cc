#include "projections/profile/internal/people.h"

#include "engine/base/hash.h"
#include "tenure/event/v1/event.pb.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace tenure::profile {
namespace {

namespace pb = event::v1;

constexpr auto kChampion = static_cast<std::uint8_t>(pb::STAKEHOLDER_ROLE_CHAMPION);

bool read_hex(std::string_view text, std::uint64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  return error == std::errc() && end == text.data() + text.size();
}

std::uint8_t role_of(int role) {
  return role >= 0 && role <= 255 ? static_cast<std::uint8_t>(role) : std::uint8_t{0};
}

ProfilePerson* find(ProfileFacts& facts, const PersonKey& key) {
  auto* found = std::find_if(facts.people.begin(), facts.people.end(),
                             [&](const ProfilePerson& person) { return person.key == key; });
  return found == facts.people.end() ? nullptr : found;
}

bool has_champion(const ProfileFacts& facts) {
  return std::any_of(facts.people.begin(), facts.people.end(), [](const ProfilePerson& person) {
    return !person.left && person.role == kChampion;
  });
}

void set_person(ProfileFacts& facts, const PersonKey& key, std::uint8_t role) {
  ProfilePerson* person = find(facts, key);
  if (person == nullptr && facts.people.size() >= kPeopleMax) {
    auto* gone = std::find_if(facts.people.begin(), facts.people.end(),
                              [](const ProfilePerson& one) { return one.left; });
    if (gone == facts.people.end()) return;
    facts.people.erase(gone);
  }
  if (person == nullptr) person = &facts.people.push_back({key, role, false});
  person->role = role;
  person->left = false;
  if (role == kChampion) facts.champion_left_at = Instant::always();
}

void fold_left(ProfileFacts& facts, const Event& event, const PersonKey& key) {
  ProfilePerson* person = find(facts, key);
  if (person == nullptr || person->left) return;
  person->left = true;
  const std::uint8_t role = person->role;
  const auto& left = event.read<pb::StakeholderLeft>();
  if (!left.successor().empty()) return set_person(facts, person_key(left.successor()), role);
  if (role == kChampion && !has_champion(facts)) facts.champion_left_at = event.occurred_at;
}

bool sets_role(EventType type) {
  return type == EventType::kStakeholderAdded || type == EventType::kStakeholderRoleChanged;
}

std::uint8_t role_set_by(const Event& event) {
  return event.type == EventType::kStakeholderAdded
             ? role_of(event.read<pb::StakeholderAdded>().role())
             : role_of(event.read<pb::StakeholderRoleChanged>().role());
}

}  // namespace

PersonKey person_key(std::string_view surrogate) {
  PersonKey key;
  if (surrogate.size() == 32 && read_hex(surrogate.substr(0, 16), key.high) &&
      read_hex(surrogate.substr(16), key.low))
    return key;
  const Hash128 hash = fast_hash128(surrogate);
  return {hash.high, hash.low};
}

void fold_people(ProfileFacts& facts, const Event& event) {
  if (event.persons.empty()) return;
  const PersonKey key = person_key(event.persons.front().surrogate);
  if (sets_role(event.type)) return set_person(facts, key, role_set_by(event));
  if (event.type == EventType::kStakeholderLeft) fold_left(facts, event, key);
}

void cite_champion(const History& history, CauseSink& sink) {
  // Walking back, a person's role is told only after the event by which they left: those who left
  // wait in a list.
  struct Leaver {
    PersonKey key;
    std::string source, id;
  };
  std::vector<Leaver> leavers;
  std::string left_source, left_id, role_source, role_id;
  history.newest_first([&](const Event& event) {
    if (event.persons.empty()) return true;
    const PersonKey key = person_key(event.persons.front().surrogate);
    if (event.type == EventType::kStakeholderLeft &&
        event.read<pb::StakeholderLeft>().successor().empty())
      leavers.push_back({key, std::string(event.source), std::string(event.id)});
    if (!sets_role(event.type)) return true;
    // The newest role before the leaving is the one that counts; further back it is no longer
    // asked.
    const auto leaver = std::find_if(leavers.rbegin(), leavers.rend(),
                                     [&](const Leaver& one) { return one.key == key; });
    if (leaver == leavers.rend()) return true;
    if (role_set_by(event) == kChampion) {
      left_source = leaver->source;
      left_id = leaver->id;
      role_source = event.source;
      role_id = event.id;
      return false;
    }
    std::erase_if(leavers, [&](const Leaver& one) { return one.key == key; });
    return true;
  });
  if (left_id.empty()) return;
  history.newest_first([&](const Event& event) {
    const bool left = event.source == left_source && event.id == left_id;
    const bool role = event.source == role_source && event.id == role_id;
    if (left || role) sink.add(event);
    return !role;
  });
}

}  // namespace tenure::profile
