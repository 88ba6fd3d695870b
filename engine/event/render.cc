#include "engine/event/render.h"

#include "engine/event/internal/payload.h"
#include "engine/event/internal/say.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <array>
#include <chrono>

namespace tenure {
namespace {

namespace pb = tenure::event::v1;

// What the sentence says of the words of a source is shown on one line.
std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  // Our own words begin with a capital; a name stays as it is written.
  if (text.starts_with("a contact") || text.starts_with("survey "))
    text[0] = static_cast<char>(text[0] - 32);
  return text;
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out + '"';
}

void put(std::string& out, std::string_view key, std::string_view json) {
  if (out.size() > 1) out += ',';
  out += fmt::format("\"{}\":{}", key, json);
}

void put_text(std::string& out, std::string_view key, std::string_view text) {
  if (!text.empty()) put(out, key, quote(text));
}

std::string json_of(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string out;
  if (!google::protobuf::util::MessageToJsonString(message, &out, options).ok()) return "null";
  return out;
}

std::string payload_json(const Event& event) {
  const auto* descriptor = internal::payload_descriptor(event.type);
  if (descriptor == nullptr) return "null";
  const std::unique_ptr<google::protobuf::Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(descriptor)->New());
  if (!message->ParseFromArray(event.payload.data(), static_cast<int>(event.payload.size())))
    return "null";
  return json_of(*message);
}

std::string persons_json(const Event& event) {
  std::string out = "[";
  for (const PersonView& person : event.persons) {
    std::string one = "{";
    put_text(one, "surrogate", person.surrogate);
    put_text(one, "name", person.name);
    if (person.is_client) put_text(one, "side", "client");
    out += (out.size() > 1 ? "," : "") + one + "}";
  }
  return out + "]";
}

// The parts of the envelope that Event has no room for.
void put_rest(std::string& out, const Event& event) {
  pb::Event message;
  if (!message.ParseFromArray(event.bytes.data(), static_cast<int>(event.bytes.size()))) return;
  if (message.has_causation()) put(out, "causation", json_of(message.causation()));
  put_text(out, "trace_parent", message.trace_parent());
  if (message.has_quarantine()) put(out, "quarantine", json_of(message.quarantine()));
}

std::string quarantine_sentence(const Event& event) {
  pb::Event message;
  if (!message.ParseFromArray(event.bytes.data(), static_cast<int>(event.bytes.size())))
    return "A record was quarantined";
  const std::string reason =
      internal::word(pb::Quarantine::Reason_descriptor(), message.quarantine().reason());
  return fmt::format("A record was quarantined{}: {}", internal::in_brackets({reason}),
                     message.quarantine().message());
}

}  // namespace

std::string words_of_day(std::int64_t day) {
  static constexpr std::array<std::string_view, 12> kMonths{
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days(day)}};
  return fmt::format("{} {} {}", static_cast<unsigned>(date.day()),
                     kMonths.at(static_cast<unsigned>(date.month()) - 1),
                     static_cast<int>(date.year()));
}

std::string render_sentence(const Event& event, bool personal) {
  if (event.quarantined) return one_line(quarantine_sentence(event));
  if (event.retracted) return one_line(fmt::format("The source took event {} back", event.id));
  const internal::Saying how{event, personal};
  switch (event.type) {
#define TENURE_SENTENCE(number, message, name) \
  case EventType::k##message: return one_line(internal::say(event.read<pb::message>(), how));
    TENURE_EVENT_TYPES(TENURE_SENTENCE)
#undef TENURE_SENTENCE
    case EventType::kNone: break;
  }
  return "An event of an unknown type";
}

std::string render_json(const Event& event) {
  std::string out = "{";
  put(out, "type", quote(event.quarantined ? "quarantined" : to_string(event.type)));
  put_text(out, "source", event.source);
  put_text(out, "id", event.id);
  put(out, "revision", fmt::format("{}", event.revision));
  put(out, "occurred_at", quote(to_string(event.occurred_at)));
  if (event.known_at) put(out, "known_at", quote(to_string(*event.known_at)));
  put(out, "ordinal", fmt::format("{}", event.ordinal));
  put_text(out, "subject", event.subject);
  std::string accounts = "[";
  for (const AccountId account : event.accounts)
    accounts += (accounts.size() > 1 ? "," : "") + quote(account.text);
  put(out, "accounts", accounts + "]");
  put_text(out, "actor", event.actor);
  if (!event.persons.empty()) put(out, "persons", persons_json(event));
  if (event.retracted) put(out, "retracted", "true");
  put_rest(out, event);
  if (event.type != EventType::kNone) put(out, "payload", payload_json(event));
  return out + "}";
}

}  // namespace tenure
