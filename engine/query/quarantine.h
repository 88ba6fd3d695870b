// engine/query/quarantine.h
//
// What could not be read: listed with its reasons, and one by one with its bytes.
//
// Threads: any.
// Errors:  kInvalid (which field), kNotFound (no such sequence: which there are), kCorrupt (an
//          event of the log cannot be read).
#pragma once

#include "engine/base/result.h"

namespace tenure::api::v1 {
class GetQuarantinedRequest;
class GetQuarantinedResponse;
class ListQuarantineRequest;
class ListQuarantineResponse;
}  // namespace tenure::api::v1

namespace tenure {

class EventLog;

Result<void> list_quarantine(const EventLog& log, const api::v1::ListQuarantineRequest& request,
                             api::v1::ListQuarantineResponse& out);

/// The bytes may hold personal data: they are for whoever asked, and for no log line.
Result<void> get_quarantined(const EventLog& log, const api::v1::GetQuarantinedRequest& request,
                             api::v1::GetQuarantinedResponse& out);

}  // namespace tenure
