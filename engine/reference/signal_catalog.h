// engine/reference/signal_catalog.h
//
// The signals that exist, by name: what rules may ask for. Filled from the projections at start,
// then fixed.
#pragma once

#include "engine/base/result.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenure {

/// How a signal's thousandths are read by people.
enum class SignalUnit : std::uint8_t {
  kCount,    // 3000 = 3
  kDays,     // 21500 = 21.5 days
  kShare,    // 880 = 88 %
  kFlag,     // 1000 = yes, 0 = no
  kInstant,  // milliseconds since 1970-01-01T00:00Z
  kMoney,    // thousandths of a currency unit, in the account's main currency
};

/// One signal of a projection: `name` is "<projection>.<signal>".
struct SignalSpec {
  std::string_view name;
  SignalUnit unit = SignalUnit::kCount;
  bool per_subject = false;  // one value for each complaint, contract or invoice
  std::string_view meaning;  // one sentence for the documentation and for `tenure rules check`
};

/// Index of a signal in the catalog.
struct SignalId {
  std::uint16_t value = 0;
  friend constexpr auto operator<=>(SignalId, SignalId) = default;
};

class SignalCatalog final {
 public:
  /// Adds the signals of one projection, whose names must be new; returns the first one's id, the
  /// others follow.
  SignalId add(const SignalSpec* specs, std::size_t count);
  [[nodiscard]] std::optional<SignalId> find(std::string_view name) const;
  [[nodiscard]] const SignalSpec& spec(SignalId id) const { return specs_[id.value]; }
  [[nodiscard]] std::size_t size() const { return specs_.size(); }
  /// The known name that is nearest to a misspelt one, for error messages; empty when none is near.
  [[nodiscard]] std::string_view nearest(std::string_view name) const;

 private:
  std::vector<SignalSpec> specs_;
};

/// A signal that has no value: never zero.
inline constexpr std::int64_t kMissing = std::numeric_limits<std::int64_t>::min();

}  // namespace tenure
