// Any bytes as an envelope: what the strict reader takes, the quick one takes and reads the same,
// and so does a renderer.
#include "engine/event/event.h"
#include "engine/event/render.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  tenure::Event scanned;
  const bool good = tenure::scan_event(input, scanned);
  const auto read = tenure::read_event(input);
  if (!read) return 0;
  if (!good || scanned.id != read->id || scanned.payload != read->payload ||
      tenure::content_hash(scanned, 1) != tenure::content_hash(*read, 1))
    std::abort();
  (void)tenure::render_sentence(*read);
  (void)tenure::render_json(*read);
  return 0;
}
