#include "engine/event/internal/payload.h"

#include "engine/event/internal/text_checks.h"
#include "engine/event/internal/wire.h"
#include "tenure/event/v1/event.pb.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <memory>
#include <vector>

namespace tenure::internal {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

struct Table;

enum class Kind : std::uint8_t { kUnknown, kText, kBytes, kVarint, kMessage };

struct FieldRule {
  Kind kind = Kind::kUnknown;
  const Table* message = nullptr;
  std::string_view name;
};

// The fields of one message by number; ours are small and dense.
struct Table {
  std::vector<FieldRule> fields;
};

class Tables {
 public:
  Tables() {
    const auto* payload = event::v1::Event::descriptor()->FindOneofByName("payload");
    for (int k = 0; k < payload->field_count(); ++k) {
      const auto* field = payload->field(k);
      const auto number = static_cast<std::size_t>(field->number());
      descriptors_.at(number) = field->message_type();
      by_type_.at(number) = table_of(field->message_type());
    }
  }
  [[nodiscard]] const Table* of(EventType type) const {
    const auto number = static_cast<std::size_t>(type);
    return number < kEventTypeLimit ? by_type_[number] : nullptr;
  }
  [[nodiscard]] const Descriptor* descriptor(EventType type) const {
    const auto number = static_cast<std::size_t>(type);
    return number < kEventTypeLimit ? descriptors_[number] : nullptr;
  }

 private:
  const Table* table_of(const Descriptor* message) {
    auto& slot = made_[message];
    if (slot) return slot.get();
    slot = std::make_unique<Table>();
    Table& table = *slot;
    for (int k = 0; k < message->field_count(); ++k) {
      const auto* field = message->field(k);
      const auto number = static_cast<std::size_t>(field->number());
      if (table.fields.size() <= number) table.fields.resize(number + 1);
      FieldRule& rule = table.fields[number];
      rule.name = field->name();
      switch (field->type()) {
        case FieldDescriptor::TYPE_STRING: rule.kind = Kind::kText; break;
        case FieldDescriptor::TYPE_BYTES: rule.kind = Kind::kBytes; break;
        case FieldDescriptor::TYPE_MESSAGE:
          rule.kind = Kind::kMessage;
          rule.message = table_of(field->message_type());
          break;
        default: rule.kind = Kind::kVarint; break;  // our messages hold no fixed numbers, no floats
      }
    }
    return &table;
  }

  std::map<const Descriptor*, std::unique_ptr<Table>> made_;
  std::array<const Table*, kEventTypeLimit> by_type_{};
  std::array<const Descriptor*, kEventTypeLimit> descriptors_{};
};

const Tables& tables() {
  static const Tables all;
  return all;
}

constexpr int kDepthMax = 8;  // our messages nest three deep

bool packed_varints(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t size = 1;
    while (size <= bytes.size() && static_cast<unsigned char>(bytes[size - 1]) >= 0x80) ++size;
    if (size > bytes.size() || size > 10) return false;
    bytes.remove_prefix(size);
  }
  return true;
}

Refusal walk(const Table& table, std::string_view bytes, std::string_view where, int depth) {
  if (depth > kDepthMax)
    return refuse(Reason::kOutOfLimits, fmt::format("payload.{}: nested too deep", where));
  WireReader reader(bytes);
  WireField field;
  while (reader.next(field)) {
    if (field.number >= table.fields.size())
      continue;  // a field of a later version: kept, not read
    const FieldRule& rule = table.fields[field.number];
    bool good = true;
    switch (rule.kind) {
      case Kind::kUnknown: break;
      case Kind::kText:
        good = field.type == WireType::kText;
        if (good && !is_utf8(field.text))
          return refuse(Reason::kUnreadable,
                        fmt::format("payload.{}: not UTF-8; send texts as UTF-8", rule.name));
        break;
      case Kind::kBytes: good = field.type == WireType::kText; break;
      case Kind::kVarint:
        good = field.type == WireType::kVarint ||
               (field.type == WireType::kText && packed_varints(field.text));
        break;
      case Kind::kMessage:
        good = field.type == WireType::kText;
        if (good) TENURE_ADMIT(walk(*rule.message, field.text, rule.name, depth + 1));
        break;
    }
    if (!good)
      return refuse(Reason::kUnreadable,
                    fmt::format("payload.{}: has another wire type; use the message of "
                                "proto/tenure/event/v1",
                                rule.name));
  }
  if (reader.broken())
    return refuse(Reason::kUnreadable,
                  fmt::format("payload{}{}: broken protobuf form at byte {}; send a whole message",
                              where.empty() ? "" : ".", where, reader.offset()));
  return {};
}

}  // namespace

const Descriptor* payload_descriptor(EventType type) { return tables().descriptor(type); }

Refusal check_payload(EventType type, std::string_view payload) {
  const Table* table = tables().of(type);
  if (table == nullptr)
    return refuse(Reason::kUnreadable, "payload: its event type is not known to this version");
  return walk(*table, payload, {}, 0);
}

}  // namespace tenure::internal
