#include "apps/tenure/defaults.h"

#include "apps/tenure/text_file.h"
#include "engine/query/queries.h"
#include "tenure/event/v1/event.pb.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace tenure {
namespace {

namespace pb = ::tenure::event::v1;

Result<std::vector<std::string>> holiday_envelopes(const EmbeddedFile& file, Instant now) {
  std::vector<std::string> envelopes;
  try {
    const YAML::Node regions = YAML::Load(std::string(file.text))["holidays"];
    for (const auto& region : regions) {
      pb::Event event;
      event.set_source("tenure/defaults");
      event.set_id("holidays-" + region.first.as<std::string>());
      event.set_occurred_at_us(now.us);
      pb::HolidaysDefined& holidays = *event.mutable_holidays_defined();
      holidays.set_region(region.first.as<std::string>());
      for (const YAML::Node& year : region.second)
        for (const YAML::Node& day : year) holidays.add_days(day.as<std::string>());
      envelopes.push_back(event.SerializeAsString());
    }
  } catch (const YAML::Exception& problem) {
    return fail(ErrorCode::kInvalid, std::string(file.name) + ": " + problem.what());
  }
  return envelopes;
}

}  // namespace

Result<std::vector<std::string>> default_regions() {
  std::vector<std::string> regions;
  for (const EmbeddedFile& file : embedded_files()) {
    if (file.name.find("holidays") == std::string_view::npos) continue;
    TENURE_TRY_ASSIGN(const auto envelopes, holiday_envelopes(file, Instant::always()));
    for (const std::string& envelope : envelopes) {
      pb::Event event;
      event.ParseFromString(envelope);
      regions.push_back(event.holidays_defined().region());
    }
  }
  std::sort(regions.begin(), regions.end());
  return regions;
}

Result<std::vector<std::string>> default_envelopes(const SignalCatalog& catalog, Instant now) {
  std::vector<std::string> envelopes;
  for (const EmbeddedFile& file : embedded_files()) {
    if (file.name.find("holidays") != std::string_view::npos) {
      TENURE_TRY_ASSIGN(std::vector<std::string> holidays, holiday_envelopes(file, now));
      for (std::string& envelope : holidays) envelopes.push_back(std::move(envelope));
      continue;
    }
    TENURE_TRY_ASSIGN(std::string rules,
                      rules_envelope(file.text, file.name, catalog, "tenure", now, true));
    envelopes.push_back(std::move(rules));
  }
  return envelopes;
}

Result<void> mark_reviewed(EventLog& log, Instant now) {
  std::vector<SourceOffset> pairs;
  for (std::uint16_t shard = 0; shard < log.shards(); ++shard) {
    const ShardId id{shard};
    pairs.push_back({review_partition(id), static_cast<std::int64_t>(log.head(id)), now.us});
  }
  TENURE_TRY(log.append({}, pairs, now));
  return {};
}

Result<void> seed_reference(Engine& engine, const std::vector<std::string>& rules_files) {
  const Instant now = engine.clock().now();
  const SignalCatalog& catalog = engine.set().catalog();
  std::vector<BlockPtr> blocks;
  if (engine.log().head(kReferenceShard) == 0) {
    auto defaults = default_envelopes(catalog, now);
    // A process that runs without some projections cannot take rules that speak of them.
    if (defaults) {
      TENURE_TRY_ASSIGN(blocks, engine.ingestor().append_own("defaults", *defaults));
      TENURE_TRY(engine.drive(std::move(blocks)));
      TENURE_TRY(engine.settle_all());
    }
  }
  for (const std::string& file : rules_files) {
    TENURE_TRY_ASSIGN(const std::string yaml, read_text_file(file));
    TENURE_TRY_ASSIGN(const RulesOrder order, order_rules(engine, yaml, file, "configuration"));
    if (!order.envelope) continue;
    TENURE_TRY_ASSIGN(blocks,
                      engine.ingestor().append_own("operator", std::span(&*order.envelope, 1)));
    TENURE_TRY(engine.drive(std::move(blocks)));
  }
  return {};
}

}  // namespace tenure
