// engine/base/planted_bug.h
//
// Mistakes that a test build can be told to make, so that a named test is seen to catch each of
// them. Compiled to a constant everywhere else. tests/mutants lists the names.
#pragma once

#if TENURE_PLANTED_BUGS
#include <cstdlib>
#include <string_view>
#endif

namespace tenure {

#if TENURE_PLANTED_BUGS
/// True when the environment variable TENURE_PLANT is `name`.
inline bool planted_bug(const char* name) {
  const char* const planted = std::getenv("TENURE_PLANT");
  return planted != nullptr && std::string_view(planted) == name;
}
#else
constexpr bool planted_bug(const char*) { return false; }
#endif

}  // namespace tenure
