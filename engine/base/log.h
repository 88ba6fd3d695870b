// engine/base/log.h
//
// Log lines for operators, on standard error: a lower-case fragment, then fields. ERROR means that
// a person must act. Never a payload, a name, an account id or a secret in a line.
#pragma once

#include <fmt/format.h>

#include <string_view>

namespace tenure {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

/// Sets what is shown; kInfo at start. Any thread.
void set_log_level(LogLevel level);

/// Writes one line, with control characters escaped. Any thread.
void log_line(LogLevel level, std::string_view line);

template <class... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::kInfo, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_warn(fmt::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::kWarn, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void log_error(fmt::format_string<Args...> format, Args&&... args) {
  log_line(LogLevel::kError, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace tenure
