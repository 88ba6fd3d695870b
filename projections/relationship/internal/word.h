// projections/relationship/internal/word.h
//
// What an event says about the relationship: one table of who spoke, by which channel, and how much
// it weighs.
#pragma once

#include "projections/relationship/relationship.h"

namespace tenure::relationship {

struct Word {
  bool contact = false;            // in either direction
  bool from_client = false;        // a word from the client
  bool asks = false;               // the client waits for an answer
  bool answers = false;            // we spoke with the client: nobody waits any more
  bool leaving = false;            // the client mentions leaving
  std::uint32_t weight_milli = 0;  // of a word from the client
  Channel channel = Channel::kComplaint;
};

Word read_word(const Event& event);

/// What a meeting's event says: nothing, that it took place, or that the client called it off or
/// did not come. A meeting that we called off says nothing about the client.
enum class Meeting : std::uint8_t { kNothing, kHeld, kCalledOff };
Meeting read_meeting(const Event& event);

}  // namespace tenure::relationship
