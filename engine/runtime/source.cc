#include "engine/runtime/source.h"

namespace tenure {

std::string_view to_string(StopReason reason) {
  switch (reason) {
    case StopReason::kNone: return "none";
    case StopReason::kOffsetLost: return "offset lost";
    case StopReason::kTopicReplaced: return "topic replaced";
    case StopReason::kTopicMissing: return "topic missing";
    case StopReason::kPoisonBatch: return "poison batch";
    case StopReason::kNotAuthorised: return "not authorised";
    case StopReason::kFailed: return "failed";
  }
  return "unknown";
}

}  // namespace tenure
