// Any text as an instant and as a duration: refused, or what it reads as has a text that reads the
// same.
#include "engine/base/time.h"
#include "tests/fuzz/pieces.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto text = tenure::fuzz::text_of(bytes, size);
  (void)tenure::parse_duration(text);
  const auto instant = tenure::parse_instant(text);
  if (!instant) return 0;
  const auto again = tenure::parse_instant(tenure::to_string(*instant));
  tenure::fuzz::expect(again && *again == *instant, "an instant's text reads as that instant");
  return 0;
}
