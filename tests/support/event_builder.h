// tests/support/event_builder.h
//
// Events for tests, in one expression:
//
//   EventBuilder("mail", "id-1").account("acc-7").at("2026-01-01T00:00Z").payload(email).bytes()
//
// Threads:  one builder a thread.
// Lifetime: bytes() is the caller's; add_to() copies into the batch.
// Errors:   a wrong instant, a payload that is no event's, or an envelope that the reader refuses
//           fails the test.
#pragma once

#include "engine/base/hash.h"
#include "engine/base/time.h"
#include "engine/event/event_batch.h"
#include "tenure/event/v1/event.pb.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace tenure::testing {

namespace pb = ::tenure::event::v1;

inline constexpr pb::Side kClient = pb::SIDE_CLIENT;
inline constexpr pb::Side kUs = pb::SIDE_US;

/// "2026-01-01", "2026-01-01T09:30Z" or any RFC 3339 instant.
inline Instant instant(std::string_view text) {
  std::string full(text);
  if (full.size() == 10) full += "T00:00:00Z";
  if (full.size() == 17 && full.back() == 'Z') full.insert(16, ":00");
  const auto parsed = parse_instant(full);
  if (!parsed) {
    ADD_FAILURE() << "no instant: " << text << ": " << parsed.error().message;
    return {};
  }
  return *parsed;
}

/// The surrogate that person() gives to a short name: 32 hex digits.
inline std::string surrogate(std::string_view name) { return to_hex(fast_hash128(name)); }

inline pb::Money money(std::int64_t minor, std::string_view currency = "EUR") {
  pb::Money amount;
  amount.set_amount_minor(minor);
  amount.set_currency(std::string(currency));
  return amount;
}

class EventBuilder {
 public:
  EventBuilder(std::string_view source, std::string_view id) {
    event_.set_source(std::string(source));
    event_.set_id(std::string(id));
  }

  EventBuilder& account(std::string_view id) {
    event_.add_accounts(std::string(id));
    return *this;
  }
  EventBuilder& at(Instant occurred_at) {
    event_.set_occurred_at_us(occurred_at.us);
    return *this;
  }
  EventBuilder& at(std::string_view occurred_at) { return at(instant(occurred_at)); }
  EventBuilder& known_at(Instant known_at) {
    event_.set_known_at_us(known_at.us);
    return *this;
  }
  EventBuilder& ordinal(std::int64_t ordinal) {
    event_.set_ordinal(ordinal);
    return *this;
  }
  EventBuilder& revision(std::uint32_t revision) {
    event_.set_revision(revision);
    return *this;
  }
  EventBuilder& subject(std::string_view subject) {
    event_.set_subject(std::string(subject));
    return *this;
  }
  EventBuilder& actor(std::string_view actor) {
    event_.set_actor(std::string(actor));
    return *this;
  }
  EventBuilder& caused_by(std::string_view source, std::string_view id) {
    event_.mutable_causation()->set_source(std::string(source));
    event_.mutable_causation()->set_id(std::string(id));
    return *this;
  }
  /// `name` is any short text; its surrogate is surrogate(name).
  EventBuilder& person(std::string_view name, pb::Side side = kClient) {
    pb::Person* person = event_.add_persons();
    person->set_surrogate(surrogate(name));
    person->set_name(std::string(name));
    person->set_side(side);
    return *this;
  }
  EventBuilder& retracted() {
    event_.clear_payload();
    event_.set_retracted(true);
    return *this;
  }
  /// Any payload message of proto/tenure/event/v1.
  EventBuilder& payload(const google::protobuf::Message& payload) {
    const auto* envelope = pb::Event::descriptor();
    const auto* choice = envelope->FindOneofByName("payload");
    for (int k = 0; k < choice->field_count(); ++k) {
      if (choice->field(k)->message_type() != payload.GetDescriptor()) continue;
      event_.GetReflection()->MutableMessage(&event_, choice->field(k))->CopyFrom(payload);
      return *this;
    }
    ADD_FAILURE() << payload.GetDescriptor()->full_name() << " is no event's payload";
    return *this;
  }

  [[nodiscard]] const pb::Event& message() const { return event_; }
  /// The envelope.
  [[nodiscard]] std::string bytes() const { return event_.SerializeAsString(); }
  /// Adds the event to a batch.
  void add_to(EventBatch& batch) const {
    const auto added = batch.add(bytes());
    if (!added) ADD_FAILURE() << "event " << event_.id() << " refused: " << added.error().message;
  }

 private:
  pb::Event event_;
};

}  // namespace tenure::testing
