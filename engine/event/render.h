// engine/event/render.h
//
// An event as one plain English sentence, and as JSON. Only renderers show personal fields.
#pragma once

#include "engine/event/event.h"

#include <cstdint>
#include <string>

namespace tenure {

/// "Complaint 4711 was opened (severity high, billing)". Every event type has its sentence. With
/// `personal` false the personal fields (names, texts) are left out.
std::string render_sentence(const Event& event, bool personal = true);

/// "5 November 2026", of a day counted from 1970-01-01: how every sentence names one.
std::string words_of_day(std::int64_t day);

/// The event as one line of JSON: type, identity, times (RFC 3339), accounts, persons and payload
/// in proto3 JSON form.
std::string render_json(const Event& event);

}  // namespace tenure
