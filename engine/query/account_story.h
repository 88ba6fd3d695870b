// engine/query/account_story.h
//
// What an account's events tell beside its facts: the texts, names and dates that facts do not
// keep. Read from the history when somebody asks.
//
// Order:    events in the order of facts; what was taken back or superseded is left out.
// Lifetime: a Story keeps the blocks that its events borrow from.
#pragma once

#include "engine/query/queries.h"
#include "engine/runtime/history.h"

#include <optional>
#include <string>
#include <vector>

namespace tenure::api::v1 {
class Commitment;
class Person;
class TimelineEvent;
}  // namespace tenure::api::v1

namespace tenure {

struct Story {
  AccountHistory history;
  Position position;
  [[nodiscard]] const std::vector<const LoggedEvent*>& events() const { return history.events(); }
};

/// kNotFound: no such account.
Result<Story> read_story(const Engine& engine, AccountId account);

/// What an event says of a thing of its own, whatever its type: which thing, by when, by whom.
struct EventDetails {
  std::string about;
  std::int64_t due_at_us = 0;  // 0 = nothing is due
  std::string assignee;
};
EventDetails details_of(const Event& event);

void fill_event(const LoggedEvent& from, std::string sentence, api::v1::TimelineEvent& out);

/// Open next steps and promises: those with a date first, the nearest on top.
std::vector<api::v1::Commitment> commitments_of(const Story& story, Instant now);

/// The client's people: champions and sponsors first, those who left last.
std::vector<api::v1::Person> people_of(const Story& story, Instant now);

/// Health as it was at `at`, by what is known now; nullopt when it was not known or nothing had
/// happened yet.
std::optional<std::int64_t> health_was(const Engine& engine, const Story& story, AccountId account,
                                       Instant at);

/// The last thing the client said by `at`, in one sentence; empty = never anything.
std::string client_word_at(const Story& story, Instant at);

}  // namespace tenure
