// The sentence of each event type. One overload a payload message: a type without its sentence does
// not compile.
#pragma once

#include "engine/event/event.h"
#include "tenure/event/v1/event.pb.h"

#include <string>

namespace tenure::internal {

namespace pb = tenure::event::v1;

/// What a sentence may show.
struct Saying {
  const Event& event;
  bool personal = true;
};

#define TENURE_SAY(number, message, name) \
  std::string say(const pb::message& payload, const Saying& how);
TENURE_EVENT_TYPES(TENURE_SAY)
#undef TENURE_SAY

/// Ada Lovelace, or "a contact" where names may not be shown.
std::string who(const Saying& how);
/// " (a, b)" of what is not empty.
std::string in_brackets(std::initializer_list<std::string> parts);
/// ": text" of a personal text that may be shown, on one line and cut short.
std::string quoted(const Saying& how, std::string_view text);
std::string amount(const pb::Money& money);
/// The day of an instant in microseconds, "2026-11-23".
std::string day(std::int64_t us);
/// "COMPLAINT_SEVERITY_HIGH" -> "high"; empty for the first value, which states nothing.
std::string word(const google::protobuf::EnumDescriptor* type, int number);

}  // namespace tenure::internal
