// tests/fuzz/memory_file.h
//
// A file in memory with a path, for readers that take a path and nothing else. Linux only.
//
// Lifetime: the file is gone with the object.
#pragma once

#include "tests/fuzz/pieces.h"

#include <string>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>

namespace tenure::fuzz {

class MemoryFile final {
 public:
  explicit MemoryFile(std::string_view content) : descriptor_(memfd_create("input", MFD_CLOEXEC)) {
    expect(descriptor_ >= 0, "a file in memory can be made");
    const auto written = write(descriptor_, content.data(), content.size());
    expect(written == static_cast<ssize_t>(content.size()), "a file in memory can be written");
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

}  // namespace tenure::fuzz
