// Any text as a mapping file: it is loaded, or refused with a place.
#include "engine/event/mapping.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto mapping =
      tenure::Mapping::load({reinterpret_cast<const char*>(bytes), size}, "m.yaml");
  if (!mapping && !mapping.error().message.starts_with("m.yaml:")) std::abort();
  return 0;
}
