// What is refused of acts and records, over the wire: each with the field, what is wrong and what
// to do. What was taken stays as it is.
#include "tests/connectors/http/support/served_engine.h"

#include <string>
#include <utility>
#include <vector>

namespace tenure {
namespace {

using testing::ApiAnswer;
using testing::EventBuilder;
using testing::ServedEngine;
namespace json = ::boost::json;
namespace pb = ::tenure::event::v1;

using Told = std::vector<std::pair<std::string, std::string>>;

// The engine's clock stands at 2026-03-02T09:00Z.
class AlertActs : public ::testing::Test {
 protected:
  AlertActs() {
    served.raise_alert("acc-7");
    pb::AccountAssigned assigned;
    assigned.set_owner("mara");
    served.log(
        EventBuilder("crm", "o-1").account("acc-8").at("2026-01-05T08:00Z").payload(assigned));
  }
  ApiAnswer act(const std::string& id, const std::string& what, const std::string& actor = "kim") {
    return served.call("AlertService/Act",
                       R"({"id":")" + id + R"(","account":"acc-7",)" +
                           (actor.empty() ? "" : R"("actor":")" + actor + "\",") +
                           R"("rule":"busy",)" + what + "}");
  }
  json::value alert() {
    const std::string all = R"({"states":["open","acknowledged","snoozed","cleared"]})";
    return served.call("AlertService/ListAlerts", all).json().at("alerts").at(0);
  }
  ServedEngine served;
};

TEST_F(AlertActs, SayWhatIsWrongWithThem) {
  const Told all = {
      {R"("act":"snooze")", "until: say until when"},
      {R"("act":"snooze","until":"2026-03-01T00:00:00Z")",
       "until: 2026-03-01T00:00:00Z is not after now"},
      {R"("act":"snooze","until":"2199-01-01T00:00:00Z")", "until: must lie at most 366 days"},
      {R"("act":"acknowledge","verdict":"true")", "verdict: belongs to judge; leave it out"},
      {R"("act":"acknowledge","until":"2026-04-01T00:00:00Z")", "until: belongs to snooze"},
      {R"("act":"clear","reason":"r","assignee":"mara")", "assignee: belongs to assign"},
      {R"("act":"clear","reason":" \n ")", "reason: holds blanks only"},
      {R"("act":"clear","reason":"a\u202eb")", "reason: holds the control character U+202E"},
      {R"("act":"assign","assignee":"ghost")", "assignee: 'ghost' looks after no account"},
      {R"("act":"assign","assignee":"a\nb")", "assignee: holds the control character U+000A"}};
  for (std::size_t k = 0; k < all.size(); ++k) {
    const ApiAnswer answer = act("a" + std::to_string(k), all[k].first);
    EXPECT_EQ(answer.code(), "invalid_argument") << all[k].first << answer.body;
    EXPECT_EQ(answer.message().substr(0, all[k].second.size()), all[k].second);
  }
  EXPECT_EQ(act("b1", R"("act":"acknowledge")", "").message(), "actor: say who acts");
  EXPECT_EQ(act(" ", R"("act":"acknowledge")").message().substr(0, 22), "id: holds blanks only;");
  EXPECT_EQ(alert().at("state").as_string(), "open");
}

TEST_F(AlertActs, GiveAnAlertToSomebodyWhoIsKnownOrToOneself) {
  EXPECT_EQ(act("a1", R"("act":"assign","assignee":"mara")").status, 200);
  EXPECT_EQ(alert().at("assignee").as_string(), "mara");
  EXPECT_EQ(act("a2", R"("act":"assign","assignee":"kim")").status, 200);
  EXPECT_EQ(alert().at("assignee").as_string(), "kim");
  ASSERT_EQ(act("a3", R"("act":"assign","assignee":"olga")").code(), "invalid_argument");
  const ApiAnswer rules = served.call(
      "OperatorService/ActivateRules",
      R"({"actor":"kim","yaml":"profile: other\nalerts:\n  many:\n    raise: {signal: )"
      R"(activity.events, ge: 9}\n    severity: low\n    route: [{to: \"person:olga\"}]\n"})");
  ASSERT_EQ(rules.status, 200) << rules.body;
  served.pass(std::chrono::seconds(1));
  EXPECT_EQ(act("a4", R"("act":"assign","assignee":"olga")").status, 200);
}

TEST_F(AlertActs, AcknowledgingEndsASnooze) {
  ASSERT_EQ(act("a1", R"("act":"snooze","until":"2026-03-09T00:00:00Z")").status, 200);
  EXPECT_EQ(alert().at("state").as_string(), "snoozed");
  ASSERT_EQ(act("a2", R"("act":"acknowledge")").status, 200);
  EXPECT_EQ(alert().at("state").as_string(), "acknowledged");
  EXPECT_EQ(alert().at("snoozed_until").as_string(), "");
  // A repeat comes later, and is the same act for all that.
  served.pass(std::chrono::minutes(5));
  EXPECT_TRUE(act("a2", R"("act":"acknowledge")").json().at("repeated").as_bool());
}

TEST_F(AlertActs, ASnoozeIsRepeatedAfterItIsOver) {
  const std::string snooze = R"("act":"snooze","until":"2026-03-02T10:00:00Z")";
  ASSERT_EQ(act("a1", snooze).status, 200);
  served.pass(std::chrono::hours(2));
  const ApiAnswer again = act("a1", snooze);
  ASSERT_EQ(again.status, 200) << again.body;
  EXPECT_TRUE(again.json().at("repeated").as_bool());
}

TEST_F(AlertActs, AnotherPersonsActIsNoRepeat) {
  ASSERT_EQ(act("a1", R"("act":"acknowledge")", "lee").status, 200);
  const ApiAnswer other = act("a1", R"("act":"acknowledge")");
  EXPECT_EQ(other.code(), "already_exists");
  EXPECT_NE(other.message().find("alert.acted by 'lee' at 2026-03-02T09:"), std::string::npos)
      << other.message();
}

class RecordActs : public ::testing::Test {
 protected:
  RecordActs() {
    pb::AccountAssigned assigned;
    assigned.set_owner("mara");
    served.log(EventBuilder("crm", "o-1").account("a-1").at("2026-01-05T08:00Z").payload(assigned));
  }
  ApiAnswer record(const std::string& id, const std::string& what,
                   const std::string& actor = "kim") {
    served.pass(std::chrono::seconds(1));  // what is written later happened later
    return served.call("ActService/Record", R"({"id":")" + id + R"(","account":"a-1","actor":")" +
                                                actor + "\"," + what + "}");
  }
  void expect_refused(const std::string& id, const std::string& what, const std::string& code,
                      const std::string& message) {
    const std::uint64_t logged = served.engine().log().stat().events;
    const ApiAnswer answer = record(id, what);
    EXPECT_EQ(answer.code(), code) << what << answer.body;
    EXPECT_EQ(answer.message().substr(0, message.size()), message) << what;
    EXPECT_EQ(served.engine().log().stat().events, logged) << what;
  }
  ServedEngine served;
};

TEST_F(RecordActs, SpeakOfTasksAndPromisesThatAreThere) {
  const std::string no_task = "task_done.task: account 'a-1' has no task 'nope'";
  expect_refused("x1", R"("task_done":{"task":"nope"})", "not_found", no_task);
  expect_refused("x2", R"("promise_kept":{"promise":"nope"})", "not_found",
                 "promise_kept.promise: account 'a-1' has no promise 'nope'");
  expect_refused("x3", R"("promise_revised":{"promise":"nope","due_at":"2026-04-01T00:00:00Z"})",
                 "not_found", "promise_revised.promise: account 'a-1' has no promise 'nope'");
  // A task is no promise.
  ASSERT_EQ(record("t1", R"("task":{"title":"call","due_at":"2026-03-03T17:00:00Z"})").status, 200);
  expect_refused("x4", R"("promise_kept":{"promise":"t1"})", "not_found",
                 "promise_kept.promise: account 'a-1' has no promise 't1'");
  expect_refused("x5", R"("person_left":{"person":"0123456789abcdef0123456789abcdef"})",
                 "not_found", "person_left.person: account 'a-1' has no person");
  expect_refused("x6",
                 R"("role_changed":{"person":"0123456789abcdef0123456789abcdef","role":"user"})",
                 "not_found", "role_changed.person: account 'a-1' has no person");
}

TEST_F(RecordActs, EndATaskAndKeepAPromiseOnce) {
  ASSERT_EQ(record("t1", R"("task":{"title":"call","due_at":"2026-03-03T17:00:00Z"})").status, 200);
  ASSERT_EQ(record("d1", R"("task_done":{"task":"t1"})").status, 200);
  expect_refused("d2", R"("task_done":{"task":"t1"})", "failed_precondition",
                 "task_done.task: 't1' was done already at 2026-03-02T09:");
  EXPECT_TRUE(record("d1", R"("task_done":{"task":"t1"})").json().at("repeated").as_bool());
  ASSERT_EQ(record("p1", R"("promise":{"text":"fix","due_at":"2026-03-03T17:00:00Z"})").status,
            200);
  const std::string revised =
      R"("promise_revised":{"promise":"p1","due_at":"2026-04-01T00:00:00Z"})";
  ASSERT_EQ(record("r1", revised).status, 200);
  ASSERT_EQ(record("k1", R"("promise_kept":{"promise":"p1"})").status, 200);
  expect_refused("k2", R"("promise_kept":{"promise":"p1"})", "failed_precondition",
                 "promise_kept.promise: 'p1' was kept already at 2026-03-02T09:");
  expect_refused("r2", revised, "failed_precondition",
                 "promise_revised.promise: 'p1' was kept already");
}

TEST_F(RecordActs, ADateOfWhatIsStillToComeLiesAheadAndNotTooFar) {
  ASSERT_EQ(record("p1", R"("promise":{"text":"fix","due_at":"2026-03-02T09:30:00Z"})").status,
            200);
  const auto due = [](const std::string& what, const std::string& at) {
    return "\"" + what + "\":{" +
           (what == "promise_revised" ? R"("promise":"p1",)"
            : what == "promise"       ? R"("text":"p",)"
                                      : R"("title":"t",)") +
           R"("due_at":")" + at + "\"}";
  };
  for (const std::string what : {"task", "promise", "promise_revised"}) {
    expect_refused("x" + what, due(what, "2020-01-01T00:00:00Z"), "invalid_argument",
                   what + ".due_at: 2020-01-01T00:00:00Z is over");
    expect_refused("y" + what, due(what, "2036-04-01T00:00:00Z"), "invalid_argument",
                   what + ".due_at: must lie at most 10 years ahead");
  }
  served.pass(std::chrono::hours(1));
  const ApiAnswer again =
      record("p1", R"("promise":{"text":"fix","due_at":"2026-03-02T09:30:00Z"})");
  EXPECT_TRUE(again.json().at("repeated").as_bool()) << again.body;
}

TEST_F(RecordActs, WhatTookPlaceDidSoInLivingMemory) {
  EXPECT_EQ(record("c1", R"("call":{"at":"2000-01-01T00:00:00Z"})").status, 200);
  for (const std::string what : {"call", "meeting"}) {
    for (const std::string at : {"1999-12-31T23:59:59Z", "1800-01-01T00:00:00Z"})
      expect_refused("x", "\"" + what + R"(":{"at":")" + at + "\"}", "invalid_argument",
                     what + ".at: " + at + " is before 2000-01-01");
    expect_refused("x", "\"" + what + R"(":{"at":"2026-03-02T11:00:00Z"})", "invalid_argument",
                   what + ".at: 2026-03-02T11:00:00Z is in the future");
  }
}

TEST_F(RecordActs, SaySomethingThatOthersCanRead) {
  const Told all = {
      {R"("call":{})", "call: says nothing; give at least one of at, from_client"},
      {R"("meeting":{})", "meeting: says nothing; give at least one of at, duration_s"},
      {R"("call":{"about":"  "})", "call.about: holds blanks only"},
      {R"("note":{"text":" \n\t\u00a0\u200b "})", "note.text: holds blanks only"},
      {R"("note":{"text":"a\u0000b"})", "note.text: holds the control character U+0000 at byte 1"},
      {R"("note":{"text":"a\u001b[2J"})", "note.text: holds the control character U+001B"},
      {R"("note":{"text":"gpj.\u202eexe"})", "note.text: holds the control character U+202E"},
      {R"("note":{"text":"\u0085x"})", "note.text: holds the control character U+0085"},
      {R"("person_added":{"name":"Ida\nFalk","role":"user"})",
       "person_added.name: holds the control character U+000A"}};
  for (const auto& [what, message] : all) expect_refused("x", what, "invalid_argument", message);
  EXPECT_EQ(record(" ", R"("note":{"text":"x"})").message().substr(0, 3), "id:");
  EXPECT_EQ(record("n0", R"("note":{"text":"x"})", " ").message().substr(0, 6), "actor:");
  EXPECT_EQ(record("n1", R"("note":{"text":"two\r\nlines\tand \u05d0\u200f"})").status, 200);
  EXPECT_EQ(record("c1", R"("call":{"from_client":true})").status, 200);
}

TEST_F(RecordActs, AnotherPersonsActIsNoRepeat) {
  const std::string note = R"("note":{"text":"likes trains"})";
  ASSERT_EQ(record("n1", note, "lee").status, 200);
  expect_refused("n1", note, "already_exists",
                 "id: stands for another act already, note.added by 'lee' at 2026-03-02T09:");
  EXPECT_TRUE(record("n1", note, "lee").json().at("repeated").as_bool());
}

}  // namespace
}  // namespace tenure
