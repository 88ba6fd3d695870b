#include "engine/event/render.h"
#include "engine/projection/projection.h"

namespace tenure {

void CauseSink::add(const Event& event) {
  ++total_;
  if (kept_.size() >= kept_max_) return;
  kept_.push_back({std::string(event.source), std::string(event.id), event.revision,
                   event.occurred_at, event.type,
                   sentences_ == Sentences::kWritten ? render_sentence(event, /*personal=*/false)
                                                     : std::string()});
}

}  // namespace tenure
