#include "connectors/http/call_context.h"

#include "connectors/http/internal/call_errors.h"
#include "engine/base/clock.h"

#include <boost/algorithm/string/case_conv.hpp>

#include <algorithm>
#include <array>

namespace tenure {
namespace {

constexpr std::array<std::string_view, 3> kSecretFields{"authorization", "cookie",
                                                        "proxy-authorization"};

bool is_name(std::string_view name) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

// Visible ASCII, and blanks within.
bool is_value(std::string_view value) {
  if (!value.empty() && (value.front() == ' ' || value.back() == ' ')) return false;
  return std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c <= 0x7E; });
}

bool add(CallContext::Fields& fields, std::string_view name, std::string_view value) {
  std::string small = boost::algorithm::to_lower_copy(std::string(name));
  if (!is_name(small) || !is_value(value)) return false;
  fields.emplace_back(std::move(small), value);
  return true;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

CallContext::CallContext(const HttpRequest& request, std::optional<Duration> allowed)
    : head_(request.head),
      query_(request.query),
      caller_(request.caller),
      allowed_(allowed),
      received_us_(request.received_us) {}

// The head was read strictly before: each line ends in CR LF and holds a colon.
CallContext::Fields CallContext::request_fields() const {
  Fields fields;
  std::string_view rest = head_ ? std::string_view(*head_) : std::string_view();
  bool first = true;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(std::min(line.size() + 2, rest.size()));
    const std::size_t colon = line.find(':');
    if (std::exchange(first, false) || colon == std::string_view::npos) continue;
    std::string name = boost::algorithm::to_lower_copy(std::string(line.substr(0, colon)));
    if (std::find(kSecretFields.begin(), kSecretFields.end(), name) == kSecretFields.end())
      fields.emplace_back(std::move(name), trimmed(line.substr(colon + 1)));
  }
  return fields;
}

std::optional<Duration> CallContext::time_left() const {
  if (!allowed_) return std::nullopt;
  return std::max(*allowed_ - Duration(steady_now_us() - received_us_), Duration(0));
}

bool CallContext::add_field(std::string_view name, std::string_view value) {
  return add(fields_, name, value);
}

bool CallContext::add_trailer(std::string_view name, std::string_view value) {
  return add(trailers_, name, value);
}

Error CallContext::fail(CallCode code, std::string message, std::vector<ErrorDetail> details) {
  failed_ = CallError{code, message, std::move(details)};
  return tenure::fail(ErrorCode::kInvalid, std::move(message));
}

CallError CallContext::told(const Error& error) const {
  if (failed_ && failed_->message == error.message) return *failed_;
  return internal::call_error(error);
}

}  // namespace tenure
