#include "engine/event/decoder.h"

#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "engine/event/internal/cloud_events.h"
#include "engine/event/internal/draft.h"
#include "engine/event/internal/envelope.h"
#include "engine/event/internal/payload.h"
#include "engine/event/internal/quarantine.h"
#include "engine/event/mapping.h"
#include "tenure/event/v1/event.pb.h"

namespace tenure {

using internal::kAheadMax;
using internal::Reason;
using internal::Refusal;
using internal::refuse;

namespace {

// The instant of a record that names none of its own.
Instant record_instant(const SourceRecord& record, Instant now) {
  return record.appended_at == Instant{} ? now : record.appended_at;
}

// Hashes the persons' own ids. Rare on the way in (our producers send surrogates), so the generated
// class does it.
Refusal hash_persons(std::string_view value, const std::string& key, std::string& out) {
  event::v1::Event message;
  if (!message.ParseFromArray(value.data(), static_cast<int>(value.size())))
    return refuse(Reason::kUnreadable, "event: does not parse as tenure.event.v1.Event");
  for (auto& person : *message.mutable_persons()) {
    if (person.source_person_id().empty()) continue;
    person.set_surrogate(person_surrogate(key, message.source(), person.source_person_id()));
    person.clear_source_person_id();
  }
  message.AppendToString(&out);
  return {};
}

}  // namespace

struct RecordDecoder::Impl {
  explicit Impl(DecoderOptions given) : options(std::move(given)) {}

  Refusal read(const SourceRecord& record, Instant now, bool& skipped);
  Refusal read_protobuf(const SourceRecord& record, Instant now);
  Refusal read_cloud_event(const SourceRecord& record, Instant now);
  Refusal read_mapped(const SourceRecord& record, Instant now, bool& skipped);
  Refusal check(const Event& event, Instant now) const;
  Decoded quarantine(const SourceRecord& record, Instant now, const Refusal& refusal,
                     EventBatch& out);

  DecoderOptions options;
  std::string
      envelope;  // of the record at hand; the record's own bytes where they serve as they are
  Event event;
  internal::CloudEventReader cloud_events;
  internal::EventDraft draft;
  JsonRow row;
};

// A record among bare envelopes that says by its headers, or by beginning as JSON, that it is a
// CloudEvent. No envelope begins with '{': as a tag it would be a group, which ours does not have.
static bool says_cloud_event(const SourceRecord& record) {
  for (const RecordHeaderView& header : record.headers)
    if (header.name.starts_with("ce_") ||
        (header.name == "content-type" && header.value.starts_with("application/cloudevents")))
      return true;
  return record.value.starts_with('{');
}

Refusal RecordDecoder::Impl::read(const SourceRecord& record, Instant now, bool& skipped) {
  if (options.format == RecordFormat::kProtobuf && !says_cloud_event(record))
    return read_protobuf(record, now);
  if (options.format != RecordFormat::kJson) return read_cloud_event(record, now);
  return read_mapped(record, now, skipped);
}

Refusal RecordDecoder::Impl::read_cloud_event(const SourceRecord& record, Instant now) {
  TENURE_ADMIT(cloud_events.read(record, draft));
  if (draft.source.empty()) draft.source = options.source;
  if (draft.id.empty()) draft.id = internal::record_id(record);
  if (!draft.occurred_at) draft.occurred_at = record_instant(record, now);
  internal::write_envelope(draft, options.person_key, envelope);
  return {};
}

Refusal RecordDecoder::Impl::read_mapped(const SourceRecord& record, Instant now, bool& skipped) {
  if (const auto parsed = row.parse(record.value); !parsed)
    return refuse(Reason::kUnreadable, parsed.error().message);
  const std::string id = internal::record_id(record);
  const MappingContext context{.source = options.source,
                               .fallback_id = id,
                               .account = record.key,
                               .appended_at = record_instant(record, now),
                               .now = now,
                               .person_key = options.person_key};
  MappingOutcome outcome = options.mapping->map(row, context, envelope);
  skipped = outcome.kind == MappingOutcome::Kind::kSkipped;
  if (outcome.kind != MappingOutcome::Kind::kRefused) return {};
  return refuse(static_cast<Reason>(outcome.reason), std::move(outcome.message));
}

// Leaves `envelope` empty when the record's bytes are the envelope already.
Refusal RecordDecoder::Impl::read_protobuf(const SourceRecord& record, Instant now) {
  internal::EnvelopeNotes notes;
  TENURE_ADMIT(internal::read_envelope(record.value, event, &notes));
  if (event.quarantined)
    return refuse(Reason::kNotAllowed, "quarantine: only the engine sets it; leave it out");
  if (!event.retracted) TENURE_ADMIT(internal::check_payload(event.type, event.payload));
  if (notes.raw_person) TENURE_ADMIT(hash_persons(record.value, options.person_key, envelope));
  if (event.occurred_at == Instant{}) {
    // The last of a scalar field wins, so the missing time is simply added.
    if (envelope.empty()) envelope.assign(record.value);
    internal::put_varint_field(envelope, internal::kOccurredAt,
                               static_cast<std::uint64_t>(record_instant(record, now).us));
  }
  return {};
}

Refusal RecordDecoder::Impl::check(const Event& read, Instant now) const {
  if (is_alert(read.type))
    return refuse(Reason::kNotAllowed,
                  "type: alerts are the engine's own; a source may not send them");
  if (is_reference(read.type) && !options.may_send_reference)
    return refuse(Reason::kNotAllowed,
                  "type: this source may not send reference data; allow it in the configuration");
  if (read.source == "tenure" || read.source.substr(0, 7) == "tenure/")
    return refuse(Reason::kNotAllowed,
                  "source: 'tenure' names the engine itself; use another name");
  if (read.occurred_at > now + kAheadMax)
    return refuse(Reason::kFuture,
                  "occurred_at: more than five minutes ahead of the engine's clock; correct the "
                  "source's clock or time zone");
  return {};
}

Decoded RecordDecoder::Impl::quarantine(const SourceRecord& record, Instant now,
                                        const Refusal& refusal, EventBatch& out) {
  envelope.clear();
  internal::write_quarantine(record, options.source, record_instant(record, now), refusal,
                             envelope);
  // Written within all limits, so it can be read again; else the bytes would be lost.
  const auto added = out.add(envelope);
  TENURE_ASSERT(added.has_value(), "a quarantined event is always readable");
  return Decoded::kQuarantined;
}

RecordDecoder::RecordDecoder(DecoderOptions options)
    : impl_(std::make_unique<Impl>(std::move(options))) {
  TENURE_ASSERT(impl_->options.format != RecordFormat::kJson || impl_->options.mapping != nullptr,
                "plain JSON is read through a mapping");
}

RecordDecoder::~RecordDecoder() = default;

Decoded RecordDecoder::decode(const SourceRecord& record, Instant now, EventBatch& out) {
  if (!record.has_value) return Decoded::kSkipped;
  Impl& impl = *impl_;
  impl.envelope.clear();
  bool skipped = false;
  Refusal refusal = impl.read(record, now, skipped);
  if (skipped) return Decoded::kSkipped;
  if (refusal) return impl.quarantine(record, now, refusal, out);
  const std::string_view bytes = impl.envelope.empty() ? record.value : impl.envelope;
  // A mapping checks what it wrote, and a record that serves as it is was checked; what the decoder
  // itself put together may still break a limit.
  if (impl.options.format != RecordFormat::kJson && !impl.envelope.empty())
    refusal = internal::read_envelope(bytes, impl.event);
  if (refusal) return impl.quarantine(record, now, refusal, out);
  out.add_checked(bytes);
  if (refusal = impl.check(out.events().back(), now); refusal) {
    out.pop_back();
    return impl.quarantine(record, now, refusal, out);
  }
  return Decoded::kEvent;
}

std::string person_surrogate(std::string_view key, std::string_view source,
                             std::string_view person_id) {
  std::string name;
  name.reserve(source.size() + 1 + person_id.size());
  name.append(source).push_back('\0');
  name.append(person_id);
  return to_hex(hmac_sha256(key, name)).substr(0, 32);
}

}  // namespace tenure
