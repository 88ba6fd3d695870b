// tests/scenarios/support/event_words.h
//
// The words of an `event` or `reference` statement as an envelope: any payload field by its name.
//
// Errors:   kInvalid names the word and what would be understood.
#pragma once

#include "engine/base/time.h"
#include "tenure/event/v1/event.pb.h"
#include "tests/scenarios/support/scenario.h"

namespace tenure::scenario {

struct SpokenEvent {
  event::v1::Event event;
  Instant appended_at;  // when the transport stored it
};

/// `type` is the field of the envelope (complaint_opened) or the type's name (complaint.opened).
/// `accounts` may name several, parted by commas; empty for reference data.
Result<SpokenEvent> speak_event(std::string_view accounts, const std::string& type,
                                const Options& options, std::string default_id, Instant now);

}  // namespace tenure::scenario
