// engine/event/decoder.h
//
// SourceRecord -> Event. Never fails: what cannot be read becomes a quarantined event that keeps
// the bytes and says why.
//
// Path:     connectors -> [RecordDecoder] -> engine/log
// Threads:  one decoder a thread.
// Limits:   docs/limits.md, "decoding".
#pragma once

#include "engine/event/event_batch.h"
#include "engine/event/source_record.h"

#include <memory>
#include <string>

namespace tenure {

class Mapping;

/// How records of a topic are written.
enum class RecordFormat {
  // CloudEvents over Kafka: binary, structured JSON, structured protobuf; told apart by the headers
  kCloudEvents,
  kProtobuf,  // tenure.event.v1.Event, bare; a record that says it is a CloudEvent is read as one
  kJson,      // plain JSON through a mapping
};

struct DecoderOptions {
  RecordFormat format = RecordFormat::kCloudEvents;
  std::shared_ptr<const Mapping> mapping;  // for kJson
  std::string source;                      // source of records that name none: "<cluster>/<topic>"
  std::string person_key;                  // the tenant key under which person ids are hashed
  // whether this source may send reference data (types 750 to 799)
  bool may_send_reference = false;
};

/// What became of one record.
enum class Decoded {
  kEvent,
  kQuarantined,
  kSkipped /* a tombstone, or a row the mapping leaves out */
};

class RecordDecoder final {
 public:
  explicit RecordDecoder(DecoderOptions options);
  ~RecordDecoder();

  /// Adds what the record says to `out`. `now` is the engine's clock: an occurred_at more than five
  /// minutes ahead of it quarantines the record.
  Decoded decode(const SourceRecord& record, Instant now, EventBatch& out);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The surrogate of a person: the first 32 hex digits of HMAC-SHA-256(key, source, 0, the source's
/// person id).
std::string person_surrogate(std::string_view key, std::string_view source,
                             std::string_view person_id);

}  // namespace tenure
