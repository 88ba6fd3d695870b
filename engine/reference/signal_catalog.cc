#include "engine/reference/signal_catalog.h"

#include "engine/base/assert.h"
#include "engine/reference/internal/nearest.h"

namespace tenure {

SignalId SignalCatalog::add(const SignalSpec* specs, std::size_t count) {
  TENURE_ASSERT(specs_.size() + count <= UINT16_MAX, "a SignalId has 16 bits");
  const SignalId first{static_cast<std::uint16_t>(specs_.size())};
  for (std::size_t k = 0; k < count; ++k) {
    TENURE_ASSERT(!find(specs[k].name), "two signals have the same name");
    specs_.push_back(specs[k]);
  }
  return first;
}

std::optional<SignalId> SignalCatalog::find(std::string_view name) const {
  for (std::size_t k = 0; k < specs_.size(); ++k)
    if (specs_[k].name == name) return SignalId{static_cast<std::uint16_t>(k)};
  return std::nullopt;
}

std::string_view SignalCatalog::nearest(std::string_view name) const {
  std::vector<std::string_view> names;
  names.reserve(specs_.size());
  for (const SignalSpec& spec : specs_) names.push_back(spec.name);
  return reference_internal::nearest_of(name, names);
}

}  // namespace tenure
