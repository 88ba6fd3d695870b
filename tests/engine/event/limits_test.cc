// Each limit of docs/limits.md, "decoding" and "mapping", at it and one above.
#include "engine/event/decoder.h"
#include "engine/event/mapping.h"
#include "tenure/event/v1/event.pb.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tenure {
namespace {

namespace pb = event::v1;
using ::testing::HasSubstr;

const Instant kNow = *parse_instant("2026-11-23T09:00:00Z");
constexpr std::size_t kKib = 1024;

struct Record {
  std::string value;
  std::string key;
  std::vector<std::pair<std::string, std::string>> headers;
};

pb::Event decode(const Record& record, RecordFormat format = RecordFormat::kCloudEvents) {
  DecoderOptions options;
  options.format = format;
  options.source = "c/t";
  std::vector<RecordHeaderView> headers;
  for (const auto& [name, value] : record.headers) headers.push_back({name, value});
  SourceRecord source;
  source.partition = "kafka:t/0";
  source.appended_at = kNow;
  source.key = record.key;
  source.value = record.value;
  source.headers = headers;
  RecordDecoder decoder(options);
  EventBatch batch;
  EXPECT_NE(decoder.decode(source, kNow, batch), Decoded::kSkipped);
  pb::Event event;
  EXPECT_TRUE(event.ParseFromString(std::string(batch.events().front().bytes)));
  return event;
}

// A CloudEvent of a type of its own, whose attributes are the keys of `json`.
pb::Event activity(const std::string& json) {
  return decode({json,
                 "acc-1",
                 {{"ce_specversion", "1.0"},
                  {"ce_id", "1"},
                  {"ce_source", "s"},
                  {"ce_type", "webinar.attended"},
                  {"ce_time", "2026-11-22T09:00:00Z"},
                  {"ce_subject", "acc-1"},
                  {"content-type", "application/json"}}});
}

void expect_beyond(const pb::Event& event, const std::string& says) {
  EXPECT_EQ(event.quarantine().reason(), pb::Quarantine::REASON_OUT_OF_LIMITS);
  EXPECT_THAT(event.quarantine().message(), HasSubstr(says));
}

std::string many_keys(std::size_t count) {
  std::string json = "{";
  for (std::size_t k = 0; k < count; ++k) json += fmt::format("{}\"k{}\":1", k == 0 ? "" : ",", k);
  return json + "}";
}

std::string load_error(const std::string& yaml) {
  const auto mapping = Mapping::load(yaml, "m.yaml");
  return mapping ? "taken" : mapping.error().message;
}

TEST(DecodingLimits, AJsonKeyHoldsItsBytes) {
  EXPECT_TRUE(activity("{\"" + std::string(256, 'k') + "\":1}").has_activity_recorded());
  expect_beyond(activity("{\"" + std::string(257, 'k') + "\":1}"),
                "json: a key of more than 256 bytes; shorten it");
}

TEST(DecodingLimits, AnActivityHoldsItsAttributesAndTheirNames) {
  EXPECT_EQ(activity(many_keys(256)).activity_recorded().attributes_size(), 256);
  expect_beyond(activity(many_keys(257)), "attributes: more than 256; send fewer");
  const auto nested = [](std::size_t bytes) {
    return activity("{\"" + std::string(100, 'a') + "\":{\"" + std::string(bytes - 101, 'b') +
                    "\":1}}");
  };
  EXPECT_TRUE(nested(256).has_activity_recorded());
  expect_beyond(nested(257), "attributes: a name of more than 256 bytes; nest less");
}

TEST(DecodingLimits, AMappedActivityHoldsItsAttributesAndTheirNames) {
  const auto mapped = [](std::size_t count, std::size_t bytes) {
    std::string yaml = "account: a\nevents:\n  - type: my.own\n    attributes:\n";
    for (std::size_t k = 0; k < count; ++k)
      yaml += fmt::format("      {:a<{}}: f\n", fmt::format("k{}x", k), bytes);
    return load_error(yaml);
  };
  EXPECT_EQ(mapped(256, 9), "taken");
  EXPECT_THAT(mapped(257, 9), HasSubstr("m.yaml:5:7: attributes: at most 256 of them"));
  EXPECT_EQ(mapped(1, 256), "taken");
  EXPECT_THAT(mapped(1, 257), HasSubstr("m.yaml:5:7: attributes: a name of at most 256 bytes"));
}

TEST(DecodingLimits, AQuarantinedRecordKeepsSoMuchOfKeyAndHeaders) {
  const auto kept = [](std::size_t key, std::size_t headers, std::size_t bytes) {
    Record record{"no event", std::string(key, 'k'), {}};
    for (std::size_t k = 0; k < headers; ++k)
      record.headers.emplace_back("h", std::string(bytes, 'v'));
    return decode(record, RecordFormat::kProtobuf).quarantine();
  };
  for (const std::size_t more : {0, 1}) {
    const pb::Quarantine kept_then = kept(16 * kKib + more, 64 + more, 4 * kKib + more);
    EXPECT_EQ(kept_then.key().size(), 16 * kKib);
    ASSERT_EQ(kept_then.headers_size(), 64);
    EXPECT_EQ(kept_then.headers(63).value().size(), 4 * kKib);
  }
  EXPECT_EQ(kept(16 * kKib - 1, 63, 4 * kKib - 1).key().size(), 16 * kKib - 1);
  EXPECT_EQ(kept(1, 63, 4 * kKib - 1).headers_size(), 63);
  EXPECT_EQ(kept(1, 63, 4 * kKib - 1).headers(0).value().size(), 4 * kKib - 1);
}

TEST(MappingLimits, AListOfEventsHoldsItsRules) {
  const auto rules = [](std::size_t count) {
    std::string yaml = "account: a\nevents:\n";
    for (std::size_t k = 0; k < count; ++k) yaml += "  - {skip: x}\n";
    return load_error(yaml);
  };
  EXPECT_EQ(rules(1000), "taken");
  EXPECT_THAT(rules(1001), HasSubstr("m.yaml:3:3: events: give a list of 1 to 1000 rules"));
}

TEST(MappingLimits, PatternsAndFormatsHoldTheirBytes) {
  const auto with = [](const std::string& rule) {
    return load_error("account: {field: a, match: '" + rule + "'}\nevents: [{skip: x}]\n");
  };
  EXPECT_EQ(with(std::string(256, 'a')), "taken");
  EXPECT_THAT(with(std::string(257, 'a')), HasSubstr("m.yaml:1:28: match: a pattern has 1 to 256"));
  const auto format = [](std::size_t bytes) {
    return load_error("occurred_at: {field: a, format: '%F" + std::string(bytes - 2, 'x') +
                      "'}\nevents: [{skip: x}]\n");
  };
  EXPECT_EQ(format(256), "taken");
  EXPECT_THAT(format(257), HasSubstr("m.yaml:1:33: format: give"));
}

TEST(MappingLimits, APatternSearchesSoManyBytes) {
  const auto mapping =
      Mapping::load("account: {field: a, match: 'x$'}\nevents: [{type: note.added}]\n", "m.yaml");
  ASSERT_TRUE(mapping) << mapping.error().message;
  MappingContext context;
  context.source = "s";
  context.fallback_id = "1";
  context.appended_at = kNow;
  context.now = kNow;
  const auto found = [&](std::size_t bytes) {
    JsonRow row;
    EXPECT_TRUE(row.parse("{\"a\":\"" + std::string(bytes - 1, 'y') + "x\"}"));
    std::string envelope;
    const MappingOutcome outcome = (*mapping)->map(row, context, envelope);
    return outcome.kind == MappingOutcome::Kind::kEvent ? "found" : outcome.message;
  };
  EXPECT_EQ(found(4 * kKib), "found");
  EXPECT_THAT(found(4 * kKib + 1), HasSubstr("account: missing"));
}

}  // namespace
}  // namespace tenure
