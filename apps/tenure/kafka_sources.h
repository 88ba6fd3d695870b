// apps/tenure/kafka_sources.h
//
// The configuration's `kafka` and `sources` as a source of records.
#pragma once

#include "apps/tenure/config.h"
#include "connectors/kafka/kafka_source.h"

#include <memory>

namespace tenure {

/// How records of a configured topic are decoded: its format, and its mapping read from its file.
Result<DecoderOptions> decoder_options(const Config& config, const SourceConfig& source);

/// Null when no source is configured.
Result<std::unique_ptr<Source>> open_kafka_source(const Config& config);

}  // namespace tenure
