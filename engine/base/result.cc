#include "engine/base/result.h"

#include "engine/base/assert.h"

namespace tenure {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid: return "invalid";
    case ErrorCode::kNotFound: return "not found";
    case ErrorCode::kDuplicate: return "duplicate";
    case ErrorCode::kOverloaded: return "overloaded";
    case ErrorCode::kUnavailable: return "unavailable";
    case ErrorCode::kDeadline: return "deadline passed";
    case ErrorCode::kCorrupt: return "corrupt";
    case ErrorCode::kBusy: return "busy";
    case ErrorCode::kStopping: return "stopping";
    case ErrorCode::kUnsupported: return "unsupported";
  }
  return "unknown";
}

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
  assertion_failed("value() on an error", error.message.c_str(), where.file_name(),
                   static_cast<int>(where.line()));
}

}  // namespace tenure
