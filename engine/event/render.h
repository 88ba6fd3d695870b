// engine/event/render.h
//
// An event as one plain English sentence, and as JSON. Only renderers show personal fields.
#pragma once

#include "engine/event/event.h"

#include <string>

namespace tenure {

/// "Complaint 4711 was opened (severity high, billing)". Every event type has its sentence. With
/// `personal` false the personal fields (names, texts) are left out.
std::string render_sentence(const Event& event, bool personal = true);

/// The event as one line of JSON: type, identity, times (RFC 3339), accounts, persons and payload
/// in proto3 JSON form.
std::string render_json(const Event& event);

}  // namespace tenure
