// engine/reference/profile.h
//
// A profile: a calendar, how health is composed, and the alert rules; compiled from YAML
// (docs/rules.md). Names of signals are resolved on load, so that a review looks nothing up by
// name.
//
// Threads: immutable; share freely.
// Errors:  kInvalid with "file:line:column: what, and what to do".
#pragma once

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/reference/signal_catalog.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenure {

enum class Compare : std::uint8_t { kLt, kLe, kGt, kGe, kEq };

/// A condition as a tree in one array: children lie behind their parent.
struct Condition {
  enum class Kind : std::uint8_t { kAll, kAny, kNot, kSignal, kHealth } kind = Kind::kAll;
  Compare compare = Compare::kGe;   // kSignal, kHealth
  SignalId signal;                  // kSignal
  bool per_subject = false;         // kSignal: it has one value for each subject
  std::int64_t milli = 0;           // the bound; health in thousandths of a point
  std::vector<Condition> children;  // kAll, kAny, kNot
};

/// How a span is counted: plain hours, business days, or business hours of the profile's calendar.
struct Span {
  enum class Unit : std::uint8_t { kPlain, kBusinessDays, kBusinessHours } unit = Unit::kPlain;
  Duration plain{0};      // kPlain; for kBusinessHours the working time
  std::int64_t days = 0;  // kBusinessDays
};

/// One part of health. Its points are 0 to 100, its share of health is weight / sum of the weights
/// that are not missing.
struct HealthFactor {
  SignalId signal;
  std::int64_t weight = 0;
  std::optional<Duration> half_life;  // for a decayed signal: the projection reads it from here
  // with half_life: the signal's value that gives 100 points; linear below
  std::int64_t full_at_milli = 0;
  struct Band {
    std::optional<Compare> compare;  // none = else
    std::int64_t milli = 0;
    std::int64_t score = 0;
  };
  std::vector<Band> bands;  // without half_life: the first that matches
};

enum class Severity : std::uint8_t { kUnspecified, kLow, kMedium, kHigh, kCritical };

/// Those that a rule may have, the mildest first.
inline constexpr std::array kSeverities{Severity::kLow, Severity::kMedium, Severity::kHigh,
                                        Severity::kCritical};

/// "low" to "critical"; empty for any other value.
std::string_view to_string(Severity severity);

/// A rung of the route an alert takes.
struct RouteRung {
  std::string to;  // "owner", "owner_manager", "role:<name>", "person:<name>"
  Span after;      // since the raise; the first rung has none
  bool unless_acknowledged = false;
};

struct Rule {
  std::string name;
  Condition raise;
  Condition clear;
  bool per_subject = false;            // an episode for each subject of its signals
  Span hold;                           // `for`: how long the raise condition must hold
  Span cool_down;                      // counted from the clear
  std::array<Severity, 4> severity{};  // by tier: [unspecified, key, standard, tail]
  std::vector<std::string> mute_on_gap;
  std::vector<RouteRung> route;
  std::optional<Span> remind_every;
  // "{account} can leave until {contracts.notice_by}; {causes:2}"
  std::string say;
  // all that raise, clear and say read, rising, without repeats
  std::vector<SignalId> signals;
};

struct CalendarSpec {
  // one that CalendarDefined defines; then zone, hours and holidays are its own
  std::string name;
  std::string zone = "UTC";
  std::string hours = "always";
  std::string holidays;  // region, empty = none
};

struct Profile {
  std::string name;
  std::string version;  // first 16 hex digits of the text's SHA-256
  CalendarSpec calendar;
  std::vector<std::string> sectors;  // sectors that take this profile when an account names none
  std::vector<HealthFactor> health;  // weights add up to 100
  std::vector<Rule> rules;           // by name
  /// The half-life that this profile gives a decayed signal; nullopt when its health does not use
  /// the signal.
  [[nodiscard]] std::optional<Duration> half_life(SignalId signal) const;
};

/// Compiles a profile. `file` stands in messages only.
Result<std::shared_ptr<const Profile>> compile_profile(std::string_view yaml, std::string_view file,
                                                       const SignalCatalog& catalog);

}  // namespace tenure
