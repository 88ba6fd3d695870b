#include "engine/review/internal/truth.h"

#include <algorithm>

namespace tenure::review_internal {
namespace {

Truth of_number(std::int64_t value, const Condition& condition) {
  if (value == kMissing) return Truth::kUnknown;
  return compares(value, condition.compare, condition.milli) ? Truth::kTrue : Truth::kFalse;
}

}  // namespace

std::int64_t value_of(const SignalSet& signals, SignalId signal, bool per_subject,
                      std::string_view subject) {
  if (!per_subject)
    return signal.value < signals.milli.size() ? signals.milli[signal.value] : kMissing;
  const auto group = std::find_if(signals.subjects.begin(), signals.subjects.end(),
                                  [&](const SubjectSignal& of) { return of.signal == signal; });
  const auto found = std::partition_point(
      group, signals.subjects.end(),
      [&](const SubjectSignal& of) { return of.signal == signal && of.subject < subject; });
  if (found == signals.subjects.end() || found->signal != signal || found->subject != subject)
    return kMissing;
  return found->milli;
}

Truth evaluate(const Condition& condition, const Scene& scene) {
  switch (condition.kind) {
    case Condition::Kind::kSignal:
      return of_number(
          value_of(scene.signals, condition.signal, condition.per_subject, scene.subject),
          condition);
    case Condition::Kind::kHealth:
      return of_number(scene.health_milli.value_or(kMissing), condition);
    case Condition::Kind::kNot: return negated(evaluate(condition.children.front(), scene));
    case Condition::Kind::kAll: {
      Truth truth = Truth::kTrue;
      for (const Condition& child : condition.children) {
        truth = std::min(truth, evaluate(child, scene));
        if (truth == Truth::kFalse) break;
      }
      return truth;
    }
    case Condition::Kind::kAny: {
      Truth truth = Truth::kFalse;
      for (const Condition& child : condition.children) {
        truth = std::max(truth, evaluate(child, scene));
        if (truth == Truth::kTrue) break;
      }
      return truth;
    }
  }
  return Truth::kUnknown;
}

}  // namespace tenure::review_internal
