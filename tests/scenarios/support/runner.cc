#include "tests/scenarios/support/runner.h"

#include "tenure/api/v1/alert.pb.h"
#include "tests/scenarios/support/event_words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <sstream>

namespace tenure::scenario {
namespace {

namespace api = ::tenure::api::v1;

Error bad(const std::string& what) { return fail(ErrorCode::kInvalid, what); }

Result<std::string> read_file(const std::string& name) {
  std::ifstream file(std::string(TENURE_SOURCE_DIR "/") + name, std::ios::binary);
  if (!file) return bad("there is no file '" + name + "'");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool only_sends(const Statement& statement) { return statement.is("event") || statement.is("raw"); }

}  // namespace

const std::vector<Law>& all_laws() {
  static const std::vector<Law> laws = [] {
    std::vector<Law> all(11);
    all[0].name = "plain";
    all[1].name = "crash";
    all[1].crash = true;
    all[2].name = "crash_after_checkpoint";
    all[2].crash = all[2].checkpoint = true;
    all[3].name = "twice";
    all[3].twice = true;
    all[4].name = "commit_1000";
    all[4].commit_records = 1000;
    all[5].name = "one_shard";
    all[5].shards = 1;
    all[6].name = "eight_shards";
    all[6].shards = 8;
    all[7].name = "rebuilt";
    all[7].rebuild = true;
    all[8].name = "shuffled";
    all[8].shuffled = true;
    all[9].name = "cold";
    all[9].cold = true;
    all[10].name = "crash_in_checkpoint";
    all[10].crash_in_checkpoint = true;
    return all;
  }();
  return laws;
}

void Runner::wrong(const Statement& statement, const std::string& what) {
  failed_ = true;
  ADD_FAILURE_AT(scenario_.path.c_str(), statement.line)
      << "under law " << law_.name << ": " << what;
}

bool Runner::run() {
  const std::size_t count = scenario_.statements.size();
  for (std::size_t k = 0; k < count && !failed_; ++k) {
    const Statement& statement = scenario_.statements[k];
    Result<void> done = k == 0 ? begin(statement) : step(statement);
    if (done) done = after(statement, k);
    if (!done) wrong(statement, done.error().message);
  }
  if (failed_) return false;
  if (auto done = flush(); !done) wrong(scenario_.statements.back(), done.error().message);
  if (law_.rebuild && !failed_)
    if (auto done = rebuild(); !done) wrong(scenario_.statements.back(), done.error().message);
  return !failed_;
}

// clock 2026-01-01T00:00Z [follows=records] [catch_up=review]
Result<void> Runner::begin(const Statement& statement) {
  const Options options(statement, 1);
  if (options.plain.empty()) return bad("clock <instant>");
  TENURE_TRY_ASSIGN(const Instant start, read_instant(options.plain[0], Instant{0}));
  WorldOptions world;
  world.shards = law_.shards;
  world.rocks = law_.rocks;
  world.record_clock = options.get("follows") == "records";
  world.review_behind = options.get("catch_up") == "review";
  if (law_.cold) world.hot_accounts_max = 1;
  world_ = std::make_unique<World>(world, start);
  TENURE_TRY(world_->open());
  if (law_.fail_log_write > 0)
    fail_write(world_->log_disk(), law_.fail_log_write, law_.fault_applied);
  if (law_.fail_state_write > 0)
    fail_write(world_->state_disk(), law_.fail_state_write, law_.fault_applied);
  if (law_.fail_log_write > 0 || law_.fail_state_write > 0) world_->tolerate_faults();
  return {};
}

Result<void> Runner::step(const Statement& statement) {
  if (!only_sends(statement)) TENURE_TRY(flush());
  const auto argument = [&](std::size_t k) -> std::string {
    return k < statement.words.size() ? statement.words[k] : std::string();
  };
  if (statement.is("event")) return say_event(statement);
  if (statement.is("raw")) return say_raw(statement);
  if (statement.is("expect")) return law_.shuffled ? ok() : expect(statement);
  if (statement.is("advance")) {
    TENURE_TRY_ASSIGN(const Duration span, read_duration(argument(1)));
    return world_->move_to(world_->now() + span);
  }
  if (statement.is("clock")) {
    TENURE_TRY_ASSIGN(const Instant at, read_instant(argument(1), world_->now()));
    return world_->move_to(at);
  }
  if (statement.is("rules")) return say_rules(statement);
  if (statement.is("reference")) return say_reference(statement);
  if (statement.is("act")) return say_act(statement);
  if (statement.is("live")) return world_->go_live();
  if (statement.is("crash")) return world_->crash();
  if (statement.is("restart")) return world_->restart();
  if (statement.is("rebuild")) return rebuild();
  if (statement.is("checkpoint")) return world_->checkpoint();
  if (statement.is("duplicate"))
    return world_->deliver_again(argument(1).empty() ? 1 : std::stoul(argument(1)));
  if (statement.is("remember")) {
    TENURE_TRY_ASSIGN(const Digest digest, Queries(world_->engine()).digest({}));
    remembered_digest_ = digest.hash;
    return {};
  }
  return bad("'" + statement.verb() + "' is no statement");
}

Result<void> Runner::after(const Statement& statement, std::size_t index) {
  if (law_.rebuild && index == scenario_.statements.size() / 2) {
    TENURE_TRY(flush());
    TENURE_TRY(rebuild());
  }
  if (law_.fail_state_write > 0 && !statement.is("expect")) TENURE_TRY(world_->checkpoint());
  if (law_.crash_in_checkpoint) {
    TENURE_TRY(world_->checkpoint_some());
    return index % 3 == 2 ? world_->crash() : ok();
  }
  if (!law_.crash || statement.is("expect")) return {};
  if (law_.checkpoint) TENURE_TRY(world_->checkpoint());
  return world_->crash();
}

// Whatever was told stays as it is, byte for byte, and nothing new is told.
Result<void> Runner::rebuild() {
  TENURE_TRY_ASSIGN(const std::vector<ToldEvent> before, world_->told());
  TENURE_TRY(world_->rebuild());
  TENURE_TRY_ASSIGN(const std::vector<ToldEvent> after, world_->told());
  if (after.size() != before.size())
    return bad("a rebuild told " + std::to_string(after.size()) + " transitions in place of " +
               std::to_string(before.size()) + ", the last: " + tell_in_words(after.back()));
  for (std::size_t k = 0; k < before.size(); ++k)
    if (before[k].bytes != after[k].bytes) return bad("a rebuild changed what was told");
  return {};
}

Result<void> Runner::flush() { return world_->deliver(law_.commit_records); }

Result<void> Runner::send(std::string envelope, Instant appended_at, bool has_identity) {
  world_->send(envelope, appended_at);
  if (law_.commit_records > 1) return {};
  const std::uint64_t quarantined = world_->engine().log().stat().quarantined;
  TENURE_TRY(flush());
  const bool read = world_->engine().log().stat().quarantined == quarantined;
  if (has_identity && read) facts_sent_.push_back(envelope);
  if (!law_.twice) return {};
  TENURE_TRY(world_->deliver_again(1));
  if (!has_identity || !read) return {};
  world_->send(std::move(envelope), appended_at);
  return flush();
}

// event acc-7 complaint_opened complaint=c1 severity=high [id=...] [at=...] ...
Result<void> Runner::say_event(const Statement& statement) {
  const Options options(statement, 3);
  if (statement.words.size() < 3) return bad("event <account> <type> field=value ...");
  std::string id = "e" + std::to_string(statement.line);
  if (statement.round > 0) id += "." + std::to_string(statement.round);
  TENURE_TRY_ASSIGN(const SpokenEvent spoken, speak_event(statement.words[1], statement.words[2],
                                                          options, std::move(id), world_->now()));
  return send(spoken.event.SerializeAsString(), spoken.appended_at, true);
}

Result<void> Runner::say_raw(const Statement& statement) {
  if (statement.words.size() < 2) return bad("raw \"bytes\"");
  return send(unescape(statement.words[1]), world_->now(), false);
}

// reference calendar_defined calendar=office zone=Europe/Berlin ...
Result<void> Runner::say_reference(const Statement& statement) {
  const Options options(statement, 2);
  if (statement.words.size() < 2) return bad("reference <type> field=value ...");
  TENURE_TRY_ASSIGN(SpokenEvent spoken,
                    speak_event({}, statement.words[1], options,
                                "r" + std::to_string(statement.line), world_->now()));
  if (!options.get("source")) spoken.event.set_source("ops");
  return world_->submit("operator", spoken.event.SerializeAsString());
}

// rules file deploy/rules/saas.yaml | rules <<EOF | rules activate <<EOF
Result<void> Runner::say_rules(const Statement& statement) {
  std::string yaml = statement.block;
  std::string name = scenario_.name + ".yaml";
  bool initial = true;
  for (std::size_t k = 1; k < statement.words.size(); ++k) {
    if (statement.words[k] == "activate") {
      initial = false;
    } else if (statement.words[k] == "file" && k + 1 < statement.words.size()) {
      name = statement.words[++k];
      TENURE_TRY_ASSIGN(yaml, read_file(name));
    } else {
      return bad("rules [activate] file <path> | rules [activate] <<EOF");
    }
  }
  TENURE_TRY_ASSIGN(std::string envelope, rules_envelope(yaml, name, world_->set().catalog(), "ops",
                                                         world_->now(), initial));
  return world_->submit("operator", std::move(envelope));
}

// act acc-7 silence acknowledge | snooze until=+2d | assign to=ada | clear reason=... | judge
// verdict=true
Result<void> Runner::say_act(const Statement& statement) {
  const Options options(statement, 1);
  if (options.plain.size() != 3) return bad("act <account> <rule> <act> [subject=] ...");
  api::ActRequest request;
  request.set_id(options.get("id").value_or("act-" + std::to_string(statement.line)));
  request.set_account(options.plain[0]);
  request.set_rule(options.plain[1]);
  request.set_act(options.plain[2]);
  request.set_subject(options.get("subject").value_or(""));
  request.set_assignee(options.get("to").value_or(""));
  request.set_reason(options.get("reason").value_or(""));
  request.set_verdict(options.get("verdict").value_or(""));
  request.set_actor("ada");
  if (const auto until = options.get("until")) {
    TENURE_TRY_ASSIGN(const Instant at, read_instant(*until, world_->now()));
    request.set_until(to_string(at));
  }
  TENURE_TRY_ASSIGN(std::string envelope, act_envelope(request, world_->now()));
  if (law_.twice) TENURE_TRY(world_->submit("acts", envelope));
  return world_->submit("acts", std::move(envelope));
}

std::string Runner::shuffled_digest(std::uint32_t seed) {
  std::vector<std::string> envelopes = facts_sent_;
  std::mt19937 dice(seed);
  std::shuffle(envelopes.begin(), envelopes.end(), dice);
  World other({}, world_->now());
  Result<void> done = other.open();
  for (const std::string& envelope : envelopes) {
    other.send(envelope, other.now());
    if (done && dice() % 4 == 0) done = other.deliver(1 + dice() % 7);
  }
  if (done) done = other.deliver(1000);
  if (!done) return done.error().message;
  const auto digest = Queries(other.engine()).digest({});
  return digest ? digest->hash : digest.error().message;
}

}  // namespace tenure::scenario
