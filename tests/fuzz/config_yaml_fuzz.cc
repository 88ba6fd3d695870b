// Any text as the configuration file, and lines as --set flags: it is loaded and every key can be
// shown, or it is refused with its place. Pieces: the file, then one flag each.
#include "apps/tenure/config.h"
#include "tests/fuzz/memory_file.h"

#include <boost/json/serialize.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using tenure::fuzz::expect;
  const auto pieces = tenure::fuzz::pieces_of(tenure::fuzz::text_of(bytes, size), 8);
  const tenure::fuzz::MemoryFile file(pieces[0]);
  const std::vector<std::string> sets(pieces.begin() + 1, pieces.end());
  tenure::ConfigRequest request;
  request.file = file.path();
  request.sets = sets;
  const auto loaded = tenure::load_config(request);
  if (!loaded) {
    expect(loaded.error().code == tenure::ErrorCode::kInvalid, "it says invalid");
    expect(!loaded.error().message.empty(), "it says why");
    return 0;
  }
  for (const tenure::ConfigKeyInfo& key : tenure::config_keys())
    (void)boost::json::serialize(tenure::config_value(loaded->config, key.name));
  return 0;
}
