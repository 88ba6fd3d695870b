// Any bytes as a rule file: a profile or an error with its place, never a crash.
#include "engine/reference/profile.h"
#include "tests/support/signal_names.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const tenure::SignalCatalog catalog = tenure::testing::known_signals();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto profile = tenure::compile_profile(text, "f", catalog);
  if (!profile && profile.error().message.rfind("f:", 0) != 0) std::abort();
  return 0;
}
