// apps/tenure/data_dir.h
//
// A Tenure directory: DATA/log holds the truth, DATA/state what can be folded again.
//
// Errors: kNotFound (no such directory, or nothing of Tenure in it), kBusy (served by another
// process: named), kInvalid
//         (not a directory of Tenure), kCorrupt and kUnavailable from the log.
#pragma once

#include "engine/log/event_log.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tenure {

enum class DataAccess {
  kRead,    // nothing is written; the directory must be there and not be served
  kWrite,   // the directory must be there
  kCreate,  // the directory is made when it is missing or empty
};

std::string log_directory(const std::string& data);
std::string state_directory(const std::string& data);

/// Opens the log of a directory. `options.read_only` is set from `access`.
Result<std::unique_ptr<EventLog>> open_log(const std::string& data, DataAccess access,
                                           LogOptions options = {});

/// The process that holds the log of a directory, 0 if it lives in another namespace; nothing when
/// none does. A holder that died holds nothing. Never ask for a log that this process has open: the
/// question would let go of the lock.
std::optional<int> holder_of(const std::string& data);

/// Says in the directory which command holds it, for the message that others get: "import, process
/// 4711". Call it after open_log(); kUnavailable when it cannot be written.
Result<void> note_holder(const std::string& data, std::string_view command);

/// Says in the directory where its server answers, for the message that others get: "process 4711
/// at 127.0.0.1:8321". Call it after open_log(); kUnavailable when it cannot be written.
Result<void> note_server(const std::string& data, const std::string& address);

}  // namespace tenure
