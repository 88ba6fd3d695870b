// engine/query/record_check.h
//
// What must hold of an account when something is written about it: asked when it is taken, and
// never again. What stands in the log stays what it is.
//
// Errors: kInvalid (a date), kNotFound (no such account, task, promise or person), kBusy (it is
//         done, kept or dropped already).
#pragma once

#include "engine/base/result.h"
#include "engine/base/time.h"

namespace tenure::api::v1 {
class RecordRequest;
}  // namespace tenure::api::v1

namespace tenure {

class Engine;

Result<void> check_record(const Engine& engine, const api::v1::RecordRequest& request, Instant now);

}  // namespace tenure
