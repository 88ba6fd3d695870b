#include "engine/event/mapping.h"

#include "engine/event/event.h"
#include "tenure/event/v1/event.pb.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>
#include <zlib.h>

namespace tenure {
namespace {

namespace pb = event::v1;
using ::testing::HasSubstr;
using Kind = MappingOutcome::Kind;

constexpr const char* kBase = "account: acct\nid: n\noccurred_at: at\n";

std::shared_ptr<const Mapping> load(const std::string& yaml) {
  auto mapping = Mapping::load(yaml, "m.yaml");
  EXPECT_TRUE(mapping) << mapping.error().message;
  return mapping ? *mapping : nullptr;
}

std::string load_error(const std::string& yaml) {
  const auto mapping = Mapping::load(yaml, "m.yaml");
  if (mapping) return "no error";
  EXPECT_EQ(mapping.error().code, ErrorCode::kInvalid);
  return mapping.error().message;
}

struct Mapped {
  MappingOutcome outcome;
  pb::Event event;
};

Mapped map_json(const std::string& yaml, const std::string& json) {
  Mapped mapped;
  const auto mapping = load(yaml);
  JsonRow row;
  EXPECT_TRUE(mapping && row.parse(json));
  MappingContext context;
  context.source = "src";
  context.fallback_id = "0-1";
  context.now = *parse_instant("2026-01-01T00:00:00Z");
  context.person_key = "key";
  std::string envelope;
  mapped.outcome = mapping->map(row, context, envelope);
  if (mapped.outcome.kind == Kind::kEvent) {
    EXPECT_TRUE(read_event(envelope));
    EXPECT_TRUE(mapped.event.ParseFromString(envelope));
  }
  return mapped;
}

std::string occurred(const std::string& rule, const std::string& at) {
  const Mapped mapped =
      map_json("account: acct\nid: n\noccurred_at: " + rule + "\nevents: [{type: note.added}]\n",
               R"({"acct":"a","n":1,"at":)" + at + "}");
  return mapped.outcome.kind == Kind::kEvent ? to_string(Instant{mapped.event.occurred_at_us()})
                                             : mapped.outcome.message;
}

TEST(Mapping, TimesInEveryFormat) {
  EXPECT_EQ(occurred("at", R"("2025-03-01T10:00:00+02:00")"), "2025-03-01T08:00:00Z");
  EXPECT_EQ(occurred("{field: at, format: unix_s}", "1700000000"), "2023-11-14T22:13:20Z");
  EXPECT_EQ(occurred("{field: at, format: unix_s}", "1700000000.25"), "2023-11-14T22:13:20.250Z");
  EXPECT_EQ(occurred("{field: at, format: unix_ms}", "1700000000001"), "2023-11-14T22:13:20.001Z");
  EXPECT_EQ(occurred("{field: at, format: '%m/%d/%Y'}", R"("3/1/2017")"), "2017-03-01T00:00:00Z");
  const std::string berlin = "{field: at, format: '%Y-%m-%d %H:%M', zone: Europe/Berlin}";
  EXPECT_EQ(occurred(berlin, R"("2025-07-01 12:00")"), "2025-07-01T10:00:00Z");
  EXPECT_EQ(occurred(berlin, R"("2025-01-01 12:00")"), "2025-01-01T11:00:00Z");
  EXPECT_EQ(occurred(berlin, R"("2025-10-26 02:30")"), "2025-10-26T00:30:00Z")
      << "the first of two";
  EXPECT_EQ(occurred(berlin, R"("2025-03-30 02:30")"), "2025-03-30T01:00:00Z")
      << "an hour that is not there";
  EXPECT_THAT(occurred(berlin, R"("2025-13-01 12:00")"), HasSubstr("occurred_at: not a time"));
  EXPECT_THAT(occurred(berlin, R"("2025-01-01 12:00 more")"), HasSubstr("occurred_at: not a time"));
  EXPECT_THAT(occurred("at", R"("2026-01-01T00:05:01Z")"), HasSubstr("five minutes ahead"));
  EXPECT_THAT(occurred("at", "null"), HasSubstr("occurred_at: missing"));
}

TEST(Mapping, PathsTemplatesAndShapes) {
  const Mapped mapped = map_json(
      "source: {const: crm}\nid: '{case}-{lines.1.n}'\n"
      "account: {field: [none, deep.name], trim: true, lowercase: true, prefix: 'hd-'}\n"
      "occurred_at: at\nordinal: {field: case, match: '#(\\d+)$'}\n"
      "person: {id: who.id, name: who.name, side: client}\nactor: agent\n"
      "events: [{type: note.added, set: {text: dotted.key}}]\n",
      R"({"case":"c#12","lines":[{"n":1},{"n":2}],"deep":{"name":" ACME "},)"
      R"("at":"2025-01-01T00:00:00Z",)"
      R"("dotted.key":"hello","who":{"id":7,"name":"Ada"},"agent":"bob"})");
  ASSERT_EQ(mapped.outcome.kind, Kind::kEvent) << mapped.outcome.message;
  EXPECT_EQ(mapped.event.source(), "crm");
  EXPECT_EQ(mapped.event.id(), "c#12-2");
  EXPECT_EQ(mapped.event.accounts(0), "hd-acme");
  EXPECT_EQ(mapped.event.ordinal(), 12);
  EXPECT_EQ(mapped.event.note_added().text(), "hello");
  EXPECT_EQ(mapped.event.persons(0).name(), "Ada");
  EXPECT_EQ(mapped.event.persons(0).surrogate().size(), 32U);
  EXPECT_EQ(mapped.event.actor(), "bob");
}

TEST(Mapping, PayloadFieldsAreCoerced) {
  const Mapped mapped = map_json(
      std::string(kBase) +
          "events:\n"
          "  - when: {kind: survey}\n    type: survey.answered\n"
          "    set: {survey: n, kind: {field: k, table: {x: nps}, default: csat}, score_milli: "
          "{field: score, as: milli}}\n"
          "  - type: contract.signed\n"
          "    set:\n"
          "      contract: n\n      auto_renew: {field: auto, as: bool}\n      notice_days: "
          "{field: days, as: int}\n"
          "      starts_at_us: {field: start, format: '%d.%m.%Y', zone: Europe/Berlin}\n"
          "      annual_value: {field: value, as: money, currency: EUR}\n",
      R"({"acct":"a","n":"1","at":"2025-01-01T00:00:00Z","auto":"yes","days":"90",)"
      R"("start":"01.02.2025","value":1250.5})");
  ASSERT_EQ(mapped.outcome.kind, Kind::kEvent) << mapped.outcome.message;
  const pb::ContractSigned& contract = mapped.event.contract_signed();
  EXPECT_TRUE(contract.auto_renew());
  EXPECT_EQ(contract.notice_days(), 90);
  EXPECT_EQ(to_string(Instant{contract.starts_at_us()}), "2025-01-31T23:00:00Z");
  EXPECT_EQ(contract.annual_value().amount_minor(), 125050);
  EXPECT_EQ(contract.annual_value().currency(), "EUR");
}

TEST(Mapping, MoneyAndThousandthsAreExact) {
  const std::string yaml =
      std::string(kBase) +
      "events: [{type: invoice.paid, set: {amount: {field: v, as: money, currency: JPY}}}]\n";
  const auto paid = [&](const std::string& value) {
    return map_json(yaml,
                    R"({"acct":"a","n":"1","at":"2025-01-01T00:00:00Z","v":")" + value + "\"}");
  };
  EXPECT_EQ(paid("12").event.invoice_paid().amount().amount_minor(), 12);
  EXPECT_EQ(paid("-12.00").event.invoice_paid().amount().amount_minor(), -12);
  for (const char* bad : {"12.5", "1e3", "1,000", ".", "-", "99999999999999999999"}) {
    const Mapped mapped = paid(bad);
    EXPECT_EQ(mapped.outcome.kind, Kind::kRefused) << bad;
    EXPECT_THAT(mapped.outcome.message, HasSubstr("amount: not a number")) << bad;
  }
  const Mapped none = paid("");
  ASSERT_EQ(none.outcome.kind, Kind::kEvent);
  EXPECT_FALSE(none.event.invoice_paid().has_amount());
}

TEST(Mapping, TheFirstRuleThatHoldsDecides) {
  const std::string yaml =
      std::string(kBase) +
      "events:\n"
      "  - {when: {k: [a, b]}, type: task.done, set: {task: n}}\n"
      "  - {when: {k: {match: '^x'}, z: {empty: true}}, type: task.dropped, set: {task: n}}\n"
      "  - {when: {k: {not: [q]}}, skip: uninteresting}\n";
  const auto row = [&](const std::string& rest) {
    return map_json(yaml, R"({"acct":"a","n":"1","at":"2025-01-01T00:00:00Z")" + rest + "}");
  };
  EXPECT_TRUE(row(R"(,"k":"b")").event.has_task_done());
  EXPECT_TRUE(row(R"(,"k":"xy")").event.has_task_dropped());
  const Mapped skipped = row(R"(,"k":"xy","z":1)");
  EXPECT_EQ(skipped.outcome.kind, Kind::kSkipped);
  EXPECT_EQ(skipped.outcome.message, "uninteresting");
  const Mapped refused = row(R"(,"k":"q")");
  EXPECT_EQ(refused.outcome.kind, Kind::kRefused);
  EXPECT_THAT(refused.outcome.message, HasSubstr("no rule of the mapping fits"));
}

TEST(Mapping, RefusedRowsNameWhatIsMissing) {
  const std::string yaml =
      std::string(kBase) +
      "events: [{type: note.added, set: {text: {field: t, required: true}}}]\n";
  const auto message = [&](const std::string& json) {
    return map_json(yaml, json).outcome.message;
  };
  const std::string at = R"("at":"2025-01-01T00:00:00Z")";
  EXPECT_THAT(message("{" + at + R"(,"acct":"a","t":"x"})"), HasSubstr("id: missing"));
  EXPECT_THAT(message("{" + at + R"(,"n":1,"t":"x"})"), HasSubstr("account: missing"));
  EXPECT_THAT(message("{" + at + R"(,"n":1,"acct":"a"})"),
              HasSubstr("text: required, and missing in the row, empty, or no single value"));
  EXPECT_THAT(message("{" + at + R"(,"n":1,"t":"x","acct":")" + std::string(200, 'a') + "\"}"),
              HasSubstr("accounts: 200 bytes"));
}

TEST(Mapping, LoadErrorsSayWhereAndWhat) {
  const std::string rules = "events: [{type: note.added}]\n";
  EXPECT_THAT(load_error(""), HasSubstr("m.yaml:1:1: empty"));
  EXPECT_THAT(load_error("- a\n"), HasSubstr("give a map"));
  EXPECT_THAT(load_error("account: [\n"), HasSubstr("not YAML"));
  EXPECT_THAT(load_error("acount: x\n" + rules),
              HasSubstr("m.yaml:1:1: mapping: unknown key 'acount'"));
  EXPECT_THAT(load_error("id: a\nid: b\n" + rules),
              HasSubstr("m.yaml:2:1: mapping: key 'id' stands twice"));
  EXPECT_THAT(load_error("id: a\n"), HasSubstr("events: give a list"));
  EXPECT_THAT(load_error("id: {feld: a}\n" + rules),
              HasSubstr("m.yaml:1:6: id: unknown key 'feld'"));
  EXPECT_THAT(load_error("id: '{a'\n" + rules), HasSubstr("a brace is open"));
  EXPECT_THAT(load_error("id: {field: a, match: '('}\n" + rules),
              HasSubstr("not a regular expression"));
  EXPECT_THAT(load_error("occurred_at: {field: a, format: iso}\n" + rules),
              HasSubstr("format: give rfc3339"));
  EXPECT_THAT(load_error("occurred_at: {field: a, format: '%Y', zone: Mars/Base}\n" + rules),
              HasSubstr("no such time zone"));
  EXPECT_THAT(load_error("events:\n  - type: complaint.opend\n"),
              HasSubstr("m.yaml:2:11: type: no event type"));
  EXPECT_THAT(load_error("events:\n  - type: alert.acted\n"), HasSubstr("not for mappings"));
  EXPECT_THAT(load_error("events:\n  - type: note.added\n    set: {txt: a}\n"),
              HasSubstr("m.yaml:3:11: set: no field 'txt'"));
  EXPECT_THAT(load_error("events:\n  - type: invoice.paid\n    set: {amount: a}\n"),
              HasSubstr("is money"));
  EXPECT_THAT(load_error("events:\n  - type: my.own\n    set: {a: a}\n"),
              HasSubstr("use attributes"));
  EXPECT_THAT(load_error("events:\n  - {}\n"), HasSubstr("either type or skip"));
  EXPECT_THAT(load_error(std::string(300'000, '#')), HasSubstr("at most 262144 bytes"));
  EXPECT_THAT(load_error(std::string(100'000, '[')), HasSubstr("m.yaml:"));
  EXPECT_THAT(load_error(std::string("id: \x00\xff", 6)), HasSubstr("m.yaml:"));
}

TEST(JsonRow, RefusesWhatIsNoObject) {
  JsonRow row;
  std::string scratch;
  for (const char* bad : {"", "[]", "1", "{", "{\"a\":1,\"a\":2}"})
    EXPECT_FALSE(row.parse(bad)) << bad;
  EXPECT_FALSE(row.find("a", scratch));
  ASSERT_TRUE(row.parse(R"({"a":{"b":[{"c":true}]},"e":"","n":null})"));
  EXPECT_EQ(row.find("a.b.0.c", scratch), "true");
  for (const char* none : {"a", "a.b", "a.b.1.c", "a.b.x", "a.b.-1", "e", "n", "", ".", "a..b"})
    EXPECT_FALSE(row.find(none, scratch)) << none;
}

// --- the mappings that are shipped, over the real files
// -----------------------------------------------------------

std::string read_gzip(const std::string& path) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return {};
  std::string all;
  char chunk[65536];
  for (int n = 0; (n = gzread(file, chunk, sizeof chunk)) > 0;)
    all.append(chunk, static_cast<std::size_t>(n));
  gzclose(file);
  return all;
}

std::shared_ptr<const Mapping> shipped(const std::string& name) {
  const std::string path = std::string(TENURE_SOURCE_DIR) + "/deploy/mappings/" + name;
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  auto mapping = Mapping::load(text.str(), name);
  EXPECT_TRUE(mapping) << mapping.error().message;
  return mapping ? *mapping : nullptr;
}

// Neither file quotes a cell, so commas are enough here.
std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> cells;
  while (true) {
    const std::size_t comma = line.find(',');
    cells.push_back(line.substr(0, comma));
    if (comma == std::string_view::npos) return cells;
    line.remove_prefix(comma + 1);
  }
}

using Seen = std::function<void(const MappingOutcome&, const pb::Event&)>;

bool map_file(const std::string& name, const Mapping& mapping, const Seen& seen) {
  const std::string path = std::string(TENURE_SOURCE_DIR) + "/../shared/data/" + name;
  if (!std::filesystem::exists(path)) return false;
  const std::string text = read_gzip(path);
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  std::vector<std::string> header;
  for (const std::string_view cell : cells_of(line)) header.emplace_back(cell);
  for (const std::string& field : mapping.fields())
    EXPECT_NE(std::find(header.begin(), header.end(), field), header.end()) << field;
  MappingContext context;
  context.now = *parse_instant("2026-01-01T00:00:00Z");
  std::string envelope;
  while (std::getline(lines, line)) {
    const auto cells = cells_of(line);
    const MappingOutcome outcome = mapping.map(CsvRow(header, cells), context, envelope);
    pb::Event event;
    if (outcome.kind == Kind::kEvent) {
      EXPECT_TRUE(event.ParseFromString(envelope));
    }
    seen(outcome, event);
  }
  return true;
}

TEST(ShippedMapping, HelpDeskReadsEveryRow) {
  const auto mapping = shipped("helpdesk.yaml");
  ASSERT_TRUE(mapping);
  std::set<std::string> accounts;
  std::set<std::string> ids;
  std::map<int, int> types;
  std::map<int, int> first_steps;
  int reopens = 0;
  const bool there =
      map_file("helpdesk.csv.gz", *mapping, [&](const MappingOutcome& outcome, const pb::Event& e) {
        ASSERT_EQ(outcome.kind, Kind::kEvent) << outcome.message;
        accounts.insert(e.accounts(0));
        ids.insert(e.id());
        ++types[e.payload_case()];
        EXPECT_EQ(e.id(), e.subject() + "#" + std::to_string(e.ordinal()));
        if (e.has_complaint_opened()) ++first_steps[e.complaint_opened().first_step()];
        if (e.has_complaint_progressed() && e.complaint_progressed().reopens()) ++reopens;
      });
  if (!there) GTEST_SKIP() << "../shared/data/helpdesk.csv.gz is not here";
  EXPECT_EQ(ids.size(), 21348U);
  EXPECT_EQ(accounts.size(), 397U);
  EXPECT_EQ(types[pb::Event::kComplaintOpened], 4580);
  EXPECT_EQ(types[pb::Event::kComplaintAcknowledged], 5060 - 74);
  EXPECT_EQ(types[pb::Event::kComplaintWaiting], 1463 - 1);
  EXPECT_EQ(types[pb::Event::kComplaintResolved], 4983 + 2 - 2);
  EXPECT_EQ(types[pb::Event::kComplaintClosed], 4574);
  EXPECT_EQ(first_steps[pb::COMPLAINT_STEP_ACKNOWLEDGED], 74);
  EXPECT_EQ(first_steps[pb::COMPLAINT_STEP_WAITING], 1);
  EXPECT_EQ(first_steps[pb::COMPLAINT_STEP_RESOLVED], 2);
  EXPECT_EQ(first_steps[pb::COMPLAINT_STEP_WORKED_ON], 4384 + 1 + 118);
  EXPECT_EQ(reopens, 4938 - 4384 + 119 + 67 - 1);
}

TEST(ShippedMapping, SalesPipelineRefusesDealsOfNoAccount) {
  const auto mapping = shipped("sales_pipeline.yaml");
  ASSERT_TRUE(mapping);
  std::map<int, int> types;
  int skipped = 0;
  int refused = 0;
  const bool there = map_file("sales_pipeline.csv.gz", *mapping,
                              [&](const MappingOutcome& outcome, const pb::Event& e) {
                                skipped += outcome.kind == Kind::kSkipped;
                                refused += outcome.kind == Kind::kRefused;
                                if (outcome.kind == Kind::kRefused) {
                                  EXPECT_EQ(outcome.reason, pb::Quarantine::REASON_NO_ACCOUNT);
                                }
                                if (outcome.kind == Kind::kEvent) ++types[e.payload_case()];
                              });
  if (!there) GTEST_SKIP() << "../shared/data/sales_pipeline.csv.gz is not here";
  EXPECT_EQ(types[pb::Event::kOpportunityWon], 4238);
  EXPECT_EQ(types[pb::Event::kOpportunityLost], 2473);
  EXPECT_EQ(types[pb::Event::kOpportunityCreated], 501);
  EXPECT_EQ(skipped, 500);
  EXPECT_EQ(refused, 1088);
}

}  // namespace
}  // namespace tenure
