#include "engine/event/internal/cloud_events.h"

#include "engine/event/internal/base64.h"
#include "engine/event/internal/payload.h"
#include "io/cloudevents/v1/cloudevents.pb.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace tenure::internal {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// "application/json; charset=UTF-8" -> "application/json"
std::string media_type(std::string_view text) {
  return lower(trimmed(text.substr(0, text.find(';'))));
}

bool is_json(std::string_view media) {
  return media == "application/json" || media == "text/json" || media.ends_with("+json");
}

bool is_protobuf(std::string_view media) {
  return media == "application/protobuf" || media == "application/x-protobuf" ||
         media == "application/vnd.google.protobuf" || media.ends_with("+protobuf");
}

template <class T>
Refusal set_number(std::string_view name, std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    return refuse(Reason::kUnreadable, fmt::format("{}: not a whole number in range", name));
  return {};
}

Refusal set_time(std::string_view name, std::string_view text, std::optional<Instant>& value) {
  const auto instant = parse_instant(text);
  if (!instant)
    return refuse(Reason::kUnreadable,
                  fmt::format("{}: not a time; write it like 2026-11-23T09:41:07Z", name));
  value = *instant;
  return {};
}

Refusal set_side(std::string_view text, std::int32_t& side) {
  const std::string word = lower(text);
  if (word != "client" && word != "us")
    return refuse(Reason::kUnreadable, "persons: a side is 'client' or 'us'");
  side = word == "client" ? 1 : 2;
  return {};
}

std::string_view header(const SourceRecord& record, std::string_view name) {
  for (const RecordHeaderView& header : record.headers)
    if (lower(header.name) == name) return header.value;
  return {};
}

// The value of an attribute in the protobuf format, as text.
std::string attribute_text(const io::cloudevents::v1::CloudEventAttributeValue& value) {
  using Value = io::cloudevents::v1::CloudEventAttributeValue;
  switch (value.attr_case()) {
    case Value::kCeBoolean: return value.ce_boolean() ? "true" : "false";
    case Value::kCeInteger: return fmt::format("{}", value.ce_integer());
    case Value::kCeString: return value.ce_string();
    case Value::kCeBytes: return value.ce_bytes();
    case Value::kCeUri: return value.ce_uri();
    case Value::kCeUriRef: return value.ce_uri_ref();
    case Value::kCeTimestamp: {
      const auto& time = value.ce_timestamp();
      // Outside what an event may carry: any text that is no time refuses the record.
      if (time.seconds() < kEarliestInstant.us / 1'000'000 ||
          time.seconds() > kLatestInstant.us / 1'000'000 || time.nanos() < 0 ||
          time.nanos() > 999'999'999)
        return "out of range";
      return to_string(Instant{time.seconds() * 1'000'000 + time.nanos() / 1000});
    }
    case Value::ATTR_NOT_SET: break;
  }
  return {};
}

}  // namespace

Refusal CloudEventReader::set_attribute(std::string_view name, std::string_view value,
                                        EventDraft& draft) {
  const auto copy = [&](std::string& to) -> Refusal {
    to.assign(value);
    return {};
  };
  if (name == "id") return copy(draft.id);
  if (name == "source") return copy(draft.source);
  if (name == "specversion") return copy(attributes_.spec_version);
  if (name == "type") return copy(attributes_.type);
  if (name == "datacontenttype") return copy(attributes_.content_type);
  if (name == "subject") return copy(draft.subject);
  if (name == "account") return copy(attributes_.account);
  if (name == "accounts") return copy(attributes_.accounts);
  if (name == "actor") return copy(draft.actor);
  if (name == "causationsource") return copy(draft.causation_source);
  if (name == "causationid") return copy(draft.causation_id);
  if (name == "traceparent") return copy(draft.trace_parent);
  if (name == "persons") return copy(attributes_.persons);
  if (name == "personid") return copy(attributes_.person.id);
  if (name == "personname") return copy(attributes_.person.name);
  if (name == "personside") return set_side(value, attributes_.person.side);
  if (name == "time") return set_time(name, value, draft.occurred_at);
  if (name == "knownat") return set_time(name, value, draft.known_at);
  if (name == "sequence") return set_number(name, value, draft.ordinal);
  if (name == "revision") return set_number(name, value, draft.revision);
  if (name == "retracted") {
    const std::string word = lower(value);
    if (word != "true" && word != "false")
      return refuse(Reason::kUnreadable, "retracted: neither true nor false");
    draft.retracted = word == "true";
  }
  return {};  // other extensions are not ours to read
}

Refusal CloudEventReader::set_type(EventDraft& draft) {
  if (attributes_.type.empty())
    return refuse(Reason::kIncomplete,
                  "type: missing; send the CloudEvents attribute `type` "
                  "(header ce_type in binary mode)");
  if (!attributes_.spec_version.empty() && attributes_.spec_version != "1.0")
    return refuse(Reason::kUnreadable, "specversion: not 1.0; send CloudEvents 1.0");
  draft.type = event_type_of(attributes_.type);
  return set_persons(draft);
}

Refusal CloudEventReader::set_persons(EventDraft& draft) {
  if (!attributes_.person.id.empty()) draft.persons.push_back(attributes_.person);
  if (attributes_.persons.empty()) return {};
  element list;
  TENURE_ADMIT(data_json_.read(attributes_.persons, list));
  if (list.type() != element_type::ARRAY)
    return refuse(Reason::kUnreadable, "persons: not a JSON array of objects");
  for (const simdjson::dom::array items = list.get_array().value_unsafe();
       const auto item : items) {
    if (item.type() != element_type::OBJECT)
      return refuse(Reason::kUnreadable, "persons: not a JSON array of objects");
    DraftPerson& person = draft.persons.emplace_back();
    for (const simdjson::dom::object members = item.get_object().value_unsafe();
         const auto member : members) {
      std::string scratch;
      std::string_view text;
      if (!scalar_text(member.value, scratch, text))
        return refuse(Reason::kUnreadable, "persons: holds a value that is no text");
      if (member.key == "id")
        person.id = text;
      else if (member.key == "surrogate")
        person.surrogate = text;
      else if (member.key == "name")
        person.name = text;
      else if (member.key == "side")
        TENURE_ADMIT(set_side(text, person.side));
      else
        return refuse(Reason::kUnreadable, "persons: knows id, surrogate, name and side only");
    }
    if (person.id.empty() && person.surrogate.empty())
      return refuse(Reason::kIncomplete, "persons: neither id nor surrogate; send one");
  }
  return {};
}

Refusal CloudEventReader::set_data_json(element value, EventDraft& draft) {
  if (draft.type == EventType::kNone) {
    draft.type = EventType::kActivityRecorded;
    TENURE_ADMIT(payloads_.record_activity(attributes_.type, value));
  } else {
    payloads_.start(draft.type);
    TENURE_ADMIT(payloads_.set_json(value));
  }
  payloads_.finish(draft.payload);
  return {};
}

Refusal CloudEventReader::set_data_bytes(std::string_view bytes, EventDraft& draft) {
  if (draft.retracted) {
    draft.type = EventType::kNone;
    if (bytes.empty()) return {};
    return refuse(Reason::kUnreadable, "retracted: a retraction carries no data; leave it out");
  }
  const std::string media = media_type(attributes_.content_type);
  if (is_protobuf(media)) {
    if (draft.type == EventType::kNone)
      return refuse(Reason::kUnreadable,
                    "type: has no message of its own, so its data must be JSON");
    TENURE_ADMIT(check_payload(draft.type, bytes));
    draft.payload.assign(bytes);
    return {};
  }
  if (!media.empty() && !is_json(media))
    return refuse(Reason::kUnreadable,
                  "datacontenttype: neither JSON nor protobuf; send "
                  "application/json or application/protobuf");
  element root;
  TENURE_ADMIT(data_json_.read(bytes, root));
  return set_data_json(root, draft);
}

Refusal CloudEventReader::set_accounts(const SourceRecord& record, EventDraft& draft) {
  if (is_reference(draft.type)) return {};
  std::string_view rest = attributes_.accounts;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    if (const std::string_view account = trimmed(rest.substr(0, comma)); !account.empty())
      draft.accounts.emplace_back(account);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  if (!draft.accounts.empty()) return {};
  for (const std::string_view candidate :
       {std::string_view(attributes_.account), std::string_view(draft.subject), record.key}) {
    if (trimmed(candidate).empty()) continue;
    draft.accounts.emplace_back(trimmed(candidate));
    return {};
  }
  return refuse(Reason::kNoAccount,
                "account: none; send the extension `account`, a subject, or "
                "the account as the record's key");
}

Refusal CloudEventReader::read_binary(const SourceRecord& record, EventDraft& draft) {
  for (const RecordHeaderView& header : record.headers) {
    const std::string name = lower(header.name);
    if (name == "content-type")
      attributes_.content_type.assign(header.value);
    else if (name.starts_with("ce_"))
      TENURE_ADMIT(set_attribute(std::string_view(name).substr(3), header.value, draft));
  }
  TENURE_ADMIT(set_type(draft));
  return set_data_bytes(record.value, draft);
}

Refusal CloudEventReader::read_json(const SourceRecord& record, EventDraft& draft) {
  element root;
  TENURE_ADMIT(json_.read(record.value, root));
  if (root.type() != element_type::OBJECT)
    return refuse(Reason::kUnreadable, "json: not an object; send one CloudEvent");
  std::optional<element> payload;
  std::string decoded;
  bool encoded = false;
  std::string scratch;
  for (const simdjson::dom::object members = root.get_object().value_unsafe();
       const auto member : members) {
    if (member.value.type() == element_type::NULL_VALUE) continue;
    std::string_view text;
    if (member.key == "data") {
      payload = member.value;
    } else if (!scalar_text(member.value, scratch, text)) {
      continue;  // an extension of a form that CloudEvents does not know
    } else if (member.key == "data_base64") {
      encoded = true;
      if (!decode_base64(text, decoded))
        return refuse(Reason::kUnreadable, "data_base64: not base64");
    } else {
      TENURE_ADMIT(set_attribute(member.key, text, draft));
    }
  }
  TENURE_ADMIT(set_type(draft));
  if (encoded && payload)
    return refuse(Reason::kUnreadable, "data: given beside data_base64; send one of them");
  if (encoded || !payload) {
    if (!encoded && !draft.retracted)
      return refuse(Reason::kIncomplete, "data: missing; an event says what happened");
    return set_data_bytes(decoded, draft);
  }
  if (draft.retracted) return set_data_bytes("data", draft);
  return set_data_json(*payload, draft);
}

Refusal CloudEventReader::read_protobuf(const SourceRecord& record, EventDraft& draft) {
  if (record.value.size() > 1024 * 1024)
    return refuse(Reason::kOutOfLimits, "event: more than 1 MiB; send less");
  io::cloudevents::v1::CloudEvent message;
  if (!message.ParseFromArray(record.value.data(), static_cast<int>(record.value.size())))
    return refuse(Reason::kUnreadable, "event: does not parse as io.cloudevents.v1.CloudEvent");
  draft.id = message.id();
  draft.source = message.source();
  attributes_.spec_version = message.spec_version();
  attributes_.type = message.type();
  for (const auto& [name, value] : message.attributes())
    TENURE_ADMIT(set_attribute(name, attribute_text(value), draft));
  TENURE_ADMIT(set_type(draft));
  using Message = io::cloudevents::v1::CloudEvent;
  switch (message.data_case()) {
    case Message::kBinaryData: return set_data_bytes(message.binary_data(), draft);
    case Message::kTextData: return set_data_bytes(message.text_data(), draft);
    case Message::kProtoData: break;
    case Message::DATA_NOT_SET: return set_data_bytes({}, draft);
  }
  const std::string& url = message.proto_data().type_url();
  const auto* descriptor = payload_descriptor(draft.type);
  if (descriptor == nullptr || url.substr(url.rfind('/') + 1) != descriptor->full_name())
    return refuse(Reason::kUnreadable, "data: its type URL is not the message of the event type");
  attributes_.content_type = "application/protobuf";
  return set_data_bytes(message.proto_data().value(), draft);
}

Refusal CloudEventReader::read(const SourceRecord& record, EventDraft& draft) {
  attributes_ = {};
  attributes_.person.side = 1;
  draft.clear();
  const std::string media = media_type(header(record, "content-type"));
  Refusal refusal;
  if (media == "application/cloudevents+protobuf") {
    refusal = read_protobuf(record, draft);
  } else if (media.starts_with("application/cloudevents-batch")) {
    return refuse(Reason::kUnreadable,
                  "content-type: batches are not for Kafka; send one event a record");
  } else if (media == "application/cloudevents+json" || media == "application/cloudevents" ||
             (media.empty() && header(record, "ce_type").empty() &&
              record.value.starts_with('{'))) {
    refusal = read_json(record, draft);
  } else {
    refusal = read_binary(record, draft);
  }
  if (refusal) return refusal;
  return set_accounts(record, draft);
}

}  // namespace tenure::internal
