// engine/kv/served_by.h
//
// A note in a store's directory that says which process holds it, for the message that a second
// process gets. The lock itself is RocksDB's; the note may outlive its process and proves nothing.
#pragma once

#include "engine/base/result.h"

#include <string>
#include <string_view>

namespace tenure {

/// Replaces the note of `directory` by one line, for example "process 4711 at 127.0.0.1:8080".
/// Whoever opens a store read-write writes its process id; serve adds the address where it answers.
/// kUnavailable when it cannot be written.
Result<void> write_served_by(const std::string& directory, std::string_view text);

/// The note, without control characters and cut to 200 bytes; empty when there is none.
std::string read_served_by(const std::string& directory);

}  // namespace tenure
