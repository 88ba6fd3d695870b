// CloudEvents over Kafka: binary mode, structured JSON, structured protobuf. docs/formats.md,
// "CloudEvents".
#pragma once

#include "engine/event/decoder.h"
#include "engine/event/internal/draft.h"
#include "engine/event/internal/json.h"
#include "engine/event/internal/payload_builder.h"
#include "engine/event/internal/refusal.h"

#include <string>
#include <string_view>

namespace tenure::internal {

/// Reads a record into the draft, payload included. One thread at a time.
class CloudEventReader {
 public:
  Refusal read(const SourceRecord& record, EventDraft& draft);

 private:
  /// The attributes that are no part of the draft as they stand.
  struct Attributes {
    std::string spec_version;
    std::string type;
    std::string content_type;  // of the data
    std::string account;
    std::string accounts;
    std::string persons;
    DraftPerson person;
  };

  Refusal read_binary(const SourceRecord& record, EventDraft& draft);
  Refusal read_json(const SourceRecord& record, EventDraft& draft);
  Refusal read_protobuf(const SourceRecord& record, EventDraft& draft);
  Refusal set_attribute(std::string_view name, std::string_view value, EventDraft& draft);
  Refusal set_type(EventDraft& draft);
  Refusal set_persons(EventDraft& draft);
  Refusal set_data_bytes(std::string_view bytes, EventDraft& draft);
  Refusal set_data_json(simdjson::dom::element value, EventDraft& draft);
  Refusal set_accounts(const SourceRecord& record, EventDraft& draft);

  Attributes attributes_;
  JsonReader json_;       // of the record
  JsonReader data_json_;  // of texts inside it
  PayloadBuilder payloads_;
};

}  // namespace tenure::internal
