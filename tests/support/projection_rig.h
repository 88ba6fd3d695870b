// tests/support/projection_rig.h
//
// One account in one projection, or in all of them: events in, signals out, with the real set,
// catalog, calendar and reference data.
//
// Threads: one at a time.
#pragma once

#include "engine/projection/projection_set.h"
#include "engine/reference/reference.h"
#include "tests/support/event_builder.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace tenure::testing {

/// The events of one account, in the order of facts, as the runtime gives them.
class EventSet final : public History {
 public:
  void add(const EventBuilder& event) { events_.push_back(event.message()); }
  void add(const pb::Event& event) { events_.push_back(event); }

  [[nodiscard]] const std::vector<pb::Event>& events() const { return events_; }
  /// Oldest first; the event lives during the call.
  template <class Visit>
  void oldest_first(Visit visit) const {
    for (const std::string& bytes : sorted()) {
      Event event;
      if (!scan_event(bytes, event)) ADD_FAILURE() << "an envelope that cannot be scanned";
      visit(event);
    }
  }
  void newest_first(const std::function<bool(const Event&)>& visit) const override {
    const auto ordered = sorted();
    for (auto bytes = ordered.rbegin(); bytes != ordered.rend(); ++bytes) {
      Event event;
      if (!scan_event(*bytes, event)) ADD_FAILURE() << "an envelope that cannot be scanned";
      if (!visit(event)) return;
    }
  }
  /// Without the cited ones.
  [[nodiscard]] EventSet without(const std::vector<Cause>& causes) const {
    std::set<std::pair<std::string, std::string>> cited;
    for (const Cause& cause : causes) cited.emplace(cause.source, cause.id);
    EventSet rest;
    for (const pb::Event& event : events_)
      if (cited.count({event.source(), event.id()}) == 0) rest.add(event);
    return rest;
  }

 private:
  [[nodiscard]] std::vector<std::string> sorted() const {
    auto key = [](const pb::Event& event) {
      return std::make_tuple(event.occurred_at_us(), event.ordinal(), event.source(), event.id());
    };
    std::vector<const pb::Event*> ordered;
    ordered.reserve(events_.size());
    for (const pb::Event& event : events_) ordered.push_back(&event);
    std::stable_sort(ordered.begin(), ordered.end(),
                     [&](const auto* a, const auto* b) { return key(*a) < key(*b); });
    std::vector<std::string> bytes;
    bytes.reserve(ordered.size());
    for (const pb::Event* event : ordered) bytes.push_back(event->SerializeAsString());
    return bytes;
  }
  std::vector<pb::Event> events_;
};

/// What all signals say at an instant.
struct SignalReading {
  std::vector<std::int64_t> values;
  std::map<std::pair<std::string, std::string>, std::int64_t> subjects;  // (signal, subject)
  Instant valid_until = Instant::never();
  friend bool operator==(const SignalReading& a, const SignalReading& b) {
    return a.values == b.values && a.subjects == b.subjects;
  }
};

class ProjectionRig {
 public:
  explicit ProjectionRig(std::vector<ProjectionOps> projections)
      : set_(std::make_unique<ProjectionSet>(std::move(projections))),
        history_(std::make_unique<ReferenceHistory>(set_->catalog())),
        reference_(history_->as_known({})) {
    auto calendar = Calendar::make("Europe/Berlin", "Mon-Fri 09:00-17:00", {});
    if (!calendar) {
      ADD_FAILURE() << calendar.error().message;
    } else {
      calendar_ = *calendar;
    }
  }

  EventSet events;  // what was added
  std::string account = "acc-7";
  Profile profile;

  ProjectionRig& round_the_clock() {
    calendar_ = Calendar::round_the_clock();
    return *this;
  }
  /// Adds an event of the account.
  template <class Message>
  ProjectionRig& add(std::string_view at, const Message& payload, std::string_view person = {}) {
    return add(instant(at), payload, person);
  }
  template <class Message>
  ProjectionRig& add(Instant at, const Message& payload, std::string_view person = {}) {
    EventBuilder event("test", "e" + std::to_string(events.events().size()));
    event.account(account).at(at).ordinal(static_cast<std::int64_t>(events.events().size()));
    if (!person.empty()) event.person(person);
    events.add(event.payload(payload));
    return *this;
  }

  [[nodiscard]] AccountFacts fold() const { return fold(events); }
  [[nodiscard]] AccountFacts fold(const EventSet& chosen) const {
    AccountFacts facts(*set_);
    chosen.oldest_first([&](const Event& event) { facts.fold(event, AccountId(account)); });
    return facts;
  }
  template <class P>
  [[nodiscard]] const typename P::Facts& facts_of(const AccountFacts& facts) const {
    return *static_cast<const typename P::Facts*>(facts.facts(*set_->find(P::kName)));
  }
  [[nodiscard]] SignalReading read(const AccountFacts& facts, Instant now) const {
    SignalReading reading;
    reading.values.assign(set_->catalog().size(), kMissing);
    std::vector<SubjectSignal> subjects;
    const AccountContext context = context_of(facts);
    for (std::size_t k = 0; k < set_->size(); ++k) {
      SignalSink sink(set_->first_signal(k), reading.values, subjects);
      set_->at(k).signals(facts.facts(k), now, context, *reference_, sink);
      reading.valid_until = std::min(reading.valid_until, sink.valid_until());
    }
    for (const SubjectSignal& one : subjects)
      reading.subjects[{std::string(set_->catalog().spec(one.signal).name), one.subject}] =
          one.milli;
    return reading;
  }
  [[nodiscard]] std::int64_t value(std::string_view signal, std::string_view now) const {
    return read(fold(), instant(now)).values[id(signal).value];
  }
  /// kMissing when the signal says nothing of the subject.
  [[nodiscard]] std::int64_t subject(std::string_view signal, std::string_view subject,
                                     std::string_view now) const {
    const auto reading = read(fold(), instant(now));
    const auto found = reading.subjects.find({std::string(signal), std::string(subject)});
    return found == reading.subjects.end() ? kMissing : found->second;
  }
  [[nodiscard]] std::string valid_until(std::string_view now) const {
    return to_string(read(fold(), instant(now)).valid_until);
  }
  [[nodiscard]] CauseSink causes(std::string_view signal, Instant now,
                                 std::string_view subject = {},
                                 std::size_t kept_max = CauseSink::kKept) const {
    CauseSink sink(kept_max);
    const AccountFacts facts = fold();
    const SignalId wanted = id(signal);
    const std::size_t owner = set_->owner(wanted);
    set_->at(owner).causes(events, now, context_of(facts), *reference_,
                           wanted.value - set_->first_signal(owner).value, SubjectId(subject),
                           sink);
    return sink;
  }
  [[nodiscard]] std::string describe() const {
    const AccountFacts facts = fold();
    std::string text;
    for (std::size_t k = 0; k < set_->size(); ++k) text += set_->at(k).describe(facts.facts(k));
    return text;
  }
  [[nodiscard]] const ProjectionSet& set() const { return *set_; }
  [[nodiscard]] const Reference& reference() const { return *reference_; }
  [[nodiscard]] AccountContext context_of(const AccountFacts& facts) const {
    AccountContext context = facts.context(AccountId(account));
    context.profile = &profile;
    context.calendar = calendar_.get();
    return context;
  }

 private:
  [[nodiscard]] SignalId id(std::string_view signal) const {
    const auto found = set_->catalog().find(signal);
    if (!found) ADD_FAILURE() << "no signal " << signal;
    return found.value_or(SignalId{});
  }
  std::unique_ptr<ProjectionSet> set_;
  std::unique_ptr<ReferenceHistory> history_;
  ReferencePtr reference_;
  std::shared_ptr<const Calendar> calendar_;
};

}  // namespace tenure::testing
