#include "projections/profile/internal/people.h"

#include "engine/base/hash.h"
#include "tenure/event/v1/event.pb.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <utility>
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

namespace {

/// What an event says of a person on the client's side.
struct PersonAct {
  PersonKey key;
  Instant at;
  std::optional<bool> champion;        // whether the role that it sets is the champion's
  std::optional<PersonKey> successor;  // of one who left
};

std::optional<PersonAct> read_act(const Event& event) {
  if (event.persons.empty()) return std::nullopt;
  PersonAct act{person_key(event.persons.front().surrogate), event.occurred_at, {}, {}};
  if (sets_role(event.type)) {
    act.champion = role_set_by(event) == kChampion;
    return act;
  }
  if (event.type != EventType::kStakeholderLeft) return std::nullopt;
  const std::string& successor = event.read<pb::StakeholderLeft>().successor();
  if (!successor.empty()) act.successor = person_key(successor);
  return act;
}

/// Which of the acts, oldest first, are the leavings of champions after `since`, or made those
/// champions. A champion is here who could be one if some of the leavings had not been.
std::vector<bool> behind_loss(const std::vector<PersonAct>& acts, Instant since) {
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::size_t> made_by;  // of each champion
  std::vector<bool> behind(acts.size());
  for (std::size_t k = 0; k < acts.size(); ++k) {
    const PersonAct& act = acts[k];
    const std::pair person(act.key.high, act.key.low);
    const auto found = made_by.find(person);
    if (act.champion) {
      if (*act.champion) {
        made_by[person] = k;
      } else {
        made_by.erase(person);
      }
    } else if (found != made_by.end() && act.successor) {
      made_by[{act.successor->high, act.successor->low}] = k;
    } else if (found != made_by.end() && act.at > since) {
      behind[k] = behind[found->second] = true;
    }
  }
  return behind;
}

}  // namespace

void cite_champion(const History& history, Instant since, CauseSink& sink) {
  std::vector<PersonAct> acts;
  history.newest_first([&](const Event& event) {
    if (const auto act = read_act(event)) acts.push_back(*act);
    return true;
  });
  // Who is the champion when leaving is told by older events.
  std::reverse(acts.begin(), acts.end());
  const std::vector<bool> behind = behind_loss(acts, since);
  std::size_t place = acts.size();
  history.newest_first([&](const Event& event) {
    if (read_act(event) && behind[--place]) sink.add(event);
    return true;
  });
}

}  // namespace tenure::profile
