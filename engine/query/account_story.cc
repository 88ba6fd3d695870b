#include "engine/query/account_story.h"

#include "engine/base/text.h"
#include "engine/event/render.h"
#include "engine/query/account_past.h"
#include "engine/query/stakeholder_roles.h"
#include "tenure/api/v1/timeline.pb.h"
#include "tenure/event/v1/event.pb.h"

#include <algorithm>
#include <array>
#include <map>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;
namespace pb = ::tenure::event::v1;
namespace proto = ::google::protobuf;

// How payloads name the thing that they are about.
constexpr std::array<std::string_view, 14> kThings{
    "task",   "promise", "complaint", "contract", "subscription", "invoice",   "survey",
    "thread", "meeting", "notice",    "campaign", "project",      "milestone", "opportunity"};

const proto::Message* payload_of(const pb::Event& event) {
  const auto* choice = pb::Event::descriptor()->FindOneofByName("payload");
  const auto* field = event.GetReflection()->GetOneofFieldDescriptor(event, choice);
  return field == nullptr ? nullptr : &event.GetReflection()->GetMessage(event, field);
}

std::string text_field(const proto::Message& payload, const std::string& name) {
  const auto* field = payload.GetDescriptor()->FindFieldByName(name);
  if (field == nullptr || field->is_repeated() ||
      field->cpp_type() != proto::FieldDescriptor::CPPTYPE_STRING)
    return {};
  return payload.GetReflection()->GetString(payload, field);
}

std::string role_name(pb::StakeholderRole role) {
  for (const auto& [name, known] : kStakeholderRoles)
    if (known == role) return std::string(name);
  return {};
}

std::size_t rank_of(const msg::Person& person) {
  const auto at = std::find_if(kStakeholderRoles.begin(), kStakeholderRoles.end(),
                               [&](const auto& known) { return known.first == person.role(); });
  const auto rank = static_cast<std::size_t>(at - kStakeholderRoles.begin());
  return rank + (person.left() ? kStakeholderRoles.size() + 1 : 0);
}

bool client_speaks(const Event& event) {
  switch (event.type) {
    case EventType::kEmailReceived: return true;
    case EventType::kChatMessageSent:
      return event.read<pb::ChatMessageSent>().by() == pb::SIDE_CLIENT;
    case EventType::kCallCompleted:
    case EventType::kMeetingHeld: return true;
    default: return false;
  }
}

// What somebody is owed or is to do, by the id of its first event.
struct OpenThings {
  std::map<std::string, msg::Commitment> open;  // by kind and id

  void begin(std::string_view kind, const std::string& id, std::string title, std::int64_t due_us,
             std::string who) {
    msg::Commitment& one = open[std::string(kind) + '/' + id];
    one.set_kind(std::string(kind));
    one.set_id(id);
    one.set_title(std::move(title));
    if (due_us != 0) one.set_due_at(to_string(Instant{due_us}));
    one.set_assignee(std::move(who));
  }
  void end(std::string_view kind, const std::string& id) {
    open.erase(std::string(kind) + '/' + id);
  }
  void apply(const Event& event) {
    switch (event.type) {
      case EventType::kTaskCreated: {
        const auto& task = event.read<pb::TaskCreated>();
        return begin("task", task.task(), task.title(), task.due_at_us(), task.assignee());
      }
      case EventType::kTaskDone: return end("task", event.read<pb::TaskDone>().task());
      case EventType::kTaskDropped: return end("task", event.read<pb::TaskDropped>().task());
      case EventType::kPromiseMade: {
        const auto& promise = event.read<pb::PromiseMade>();
        return begin("promise", promise.promise(), promise.what(), promise.due_at_us(),
                     std::string(event.actor));
      }
      case EventType::kPromiseRevised: {
        const auto& revised = event.read<pb::PromiseRevised>();
        const auto found = open.find("promise/" + revised.promise());
        if (found == open.end()) return;
        found->second.set_due_at(to_string(Instant{revised.due_at_us()}));
        found->second.set_revised(found->second.revised() + 1);
        return;
      }
      case EventType::kPromiseKept: return end("promise", event.read<pb::PromiseKept>().promise());
      case EventType::kPromiseMissed:
        return end("promise", event.read<pb::PromiseMissed>().promise());
      default: return;
    }
  }
};

}  // namespace

Result<Story> read_story(const Engine& engine, AccountId account) {
  TENURE_TRY_ASSIGN(const Postings found, postings_of(engine, account));
  Story story;
  story.position = found.position;
  TENURE_TRY_ASSIGN(story.history, AccountHistory::load(engine.log(), found.position.shard, account,
                                                        found.sequences));
  return story;
}

EventDetails details_of(const Event& event) {
  EventDetails details;
  pb::Event whole;
  if (!whole.ParseFromArray(event.bytes.data(), static_cast<int>(event.bytes.size())))
    return details;
  const proto::Message* payload = payload_of(whole);
  if (payload == nullptr) return details;
  for (const std::string_view thing : kThings) {
    details.about = text_field(*payload, std::string(thing));
    if (!details.about.empty()) break;
  }
  const auto* due = payload->GetDescriptor()->FindFieldByName("due_at_us");
  if (due != nullptr && due->cpp_type() == proto::FieldDescriptor::CPPTYPE_INT64)
    details.due_at_us = payload->GetReflection()->GetInt64(*payload, due);
  details.assignee = text_field(*payload, "assignee");
  return details;
}

void fill_event(const LoggedEvent& from, std::string sentence, msg::TimelineEvent& out) {
  const Event& event = from.event;
  out.set_type(std::string(to_string(event.type)));
  out.set_source(std::string(event.source));
  out.set_id(std::string(event.id));
  out.set_revision(event.revision);
  out.set_occurred_at(to_string(event.occurred_at));
  out.set_recorded_at(to_string(from.recorded_at));
  out.set_sentence(std::move(sentence));
  out.set_actor(std::string(event.actor));
  out.set_subject(std::string(event.subject));
  EventDetails details = details_of(event);
  out.set_about(std::move(details.about));
  if (details.due_at_us != 0) out.set_due_at(to_string(Instant{details.due_at_us}));
  out.set_assignee(std::move(details.assignee));
  for (const PersonView& person : event.persons) {
    msg::TimelinePerson& one = *out.add_persons();
    one.set_id(std::string(person.surrogate));
    one.set_name(std::string(person.name));
    one.set_of_client(person.is_client);
  }
}

std::vector<msg::Commitment> commitments_of(const Story& story, Instant now) {
  OpenThings things;
  for (const LoggedEvent* event : story.events()) things.apply(event->event);
  std::vector<msg::Commitment> all;
  for (auto& [key, one] : things.open) {
    // Instants of this form are in order of time when they are in order of text.
    one.set_overdue(!one.due_at().empty() && one.due_at() < to_string(now));
    all.push_back(std::move(one));
  }
  std::sort(all.begin(), all.end(), [](const msg::Commitment& a, const msg::Commitment& b) {
    return std::make_tuple(a.due_at().empty(), a.due_at(), a.kind(), a.id()) <
           std::make_tuple(b.due_at().empty(), b.due_at(), b.kind(), b.id());
  });
  return all;
}

std::vector<msg::Person> people_of(const Story& story, Instant now) {
  std::map<std::string, msg::Person, std::less<>> people;
  for (const LoggedEvent* logged : story.events()) {
    const Event& event = logged->event;
    for (const PersonView& view : event.persons) {
      if (!view.is_client) continue;
      msg::Person& person = people[std::string(view.surrogate)];
      person.set_id(std::string(view.surrogate));
      if (!view.name.empty()) person.set_name(std::string(view.name));
      if (client_speaks(event)) person.set_last_word_at(to_string(event.occurred_at));
    }
    if (event.persons.empty() || !event.persons.front().is_client) continue;
    msg::Person& person = people[std::string(event.persons.front().surrogate)];
    if (event.type == EventType::kStakeholderAdded) {
      const auto& added = event.read<pb::StakeholderAdded>();
      person.set_role(role_name(added.role()));
      person.set_title(added.title());
      person.set_left(false);
    } else if (event.type == EventType::kStakeholderRoleChanged) {
      person.set_role(role_name(event.read<pb::StakeholderRoleChanged>().role()));
    } else if (event.type == EventType::kStakeholderLeft) {
      person.set_left(true);
    } else if (event.type == EventType::kStakeholderSentimentSet) {
      const auto& set = event.read<pb::StakeholderSentimentSet>();
      const Instant until = set.valid_until_us() != 0
                                ? Instant{set.valid_until_us()}
                                : event.occurred_at + std::chrono::hours(24 * 90);
      person.clear_sentiment();
      if (now < until) person.set_sentiment(set.sentiment());
    }
  }
  std::vector<msg::Person> all;
  all.reserve(people.size());
  for (auto& [id, person] : people) all.push_back(std::move(person));
  std::stable_sort(all.begin(), all.end(), [](const msg::Person& a, const msg::Person& b) {
    return std::make_tuple(rank_of(a), a.name()) < std::make_tuple(rank_of(b), b.name());
  });
  return all;
}

std::optional<std::int64_t> health_was(const Engine& engine, const Story& story, AccountId account,
                                       Instant at) {
  HotAccount hot(engine.set());
  for (const LoggedEvent* event : story.events())
    if (event->event.occurred_at <= at) {
      hot.facts.fold(event->event, account);
      ++hot.events;
    }
  if (hot.events == 0) return std::nullopt;
  const ReferencePtr reference = engine.reference().as_was(at);
  const AccountContext context = context_of(hot.facts, account, *reference);
  refresh_signals(engine.set(), hot, context, *reference, at);
  Health health;
  health_of(signal_set(hot), *context.profile, health);
  return health.score_milli;
}

std::string client_word_at(const Story& story, Instant at) {
  const auto& events = story.events();
  for (auto event = events.rbegin(); event != events.rend(); ++event)
    if ((*event)->event.occurred_at == at && client_speaks((*event)->event))
      return render_sentence((*event)->event);
  return {};
}

}  // namespace tenure
