// apps/tenure/demo_directory.h
//
// Where a demo keeps its log and state: a directory that was named and stays, or one of its own in
// the system's temporary directory, which goes with the demo. A demo that was killed could not take
// its own along: the next one of the same user does.
//
// Threads: one at a time.
#pragma once

#include "engine/base/result.h"

#include <filesystem>
#include <string>

namespace tenure {

class DemoDirectory final {
 public:
  /// `named` must be missing or empty; an empty name makes a temporary directory.
  static Result<DemoDirectory> make(const std::string& named);
  DemoDirectory(DemoDirectory&& other) noexcept;
  DemoDirectory& operator=(DemoDirectory&&) = delete;
  ~DemoDirectory();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  DemoDirectory() = default;
  std::string path_;
  bool temporary_ = false;
};

/// Removes the directories of this user's demos in `parent` whose process is gone. One that is held
/// stays, and so does one that is not served yet, unless it is an hour old.
void remove_dead_demos(const std::filesystem::path& parent);

}  // namespace tenure
