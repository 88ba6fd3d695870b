#include "engine/query/quarantine.h"

#include "engine/log/event_log.h"
#include "engine/query/account_rows.h"
#include "engine/query/page_token.h"
#include "tenure/api/v1/operator.pb.h"
#include "tenure/event/v1/event.pb.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;
namespace pb = ::tenure::event::v1;

std::string reason_name(pb::Quarantine::Reason reason) {
  std::string name = pb::Quarantine::Reason_Name(reason);
  constexpr std::string_view kPrefix = "REASON_";
  if (name.starts_with(kPrefix)) name.erase(0, kPrefix.size());
  for (char& c : name)
    c = c == '_' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name.empty() ? "unknown" : name;
}

// A quarantined event in full: the log checked its form when it took it, not what a later release
// may have added.
Result<pb::Quarantine> read_quarantine(const LoggedEvent& logged) {
  pb::Event message;
  if (!message.ParseFromArray(logged.event.bytes.data(),
                              static_cast<int>(logged.event.bytes.size())))
    return fail(ErrorCode::kCorrupt, fmt::format("{} cannot be read; run `tenure log verify`",
                                                 to_string(logged.position)));
  return std::move(*message.mutable_quarantine());
}

void fill_entry(const LoggedEvent& logged, const pb::Quarantine& quarantine,
                msg::QuarantinedEvent& out) {
  out.set_sequence(logged.position.sequence);
  out.set_recorded_at(to_string(logged.recorded_at));
  out.set_source(std::string(logged.event.source));
  out.set_id(std::string(logged.event.id));
  out.set_reason(reason_name(quarantine.reason()));
  out.set_message(quarantine.message());
  out.set_value_bytes(quarantine.value_bytes());
}

PageToken token_of(const msg::ListQuarantineRequest& request) {
  PageToken token("quarantine");
  token.bind(std::to_string(request.from_sequence()));
  return token;
}

Result<Sequence> begin_of(const msg::ListQuarantineRequest& request) {
  if (request.page_token().empty()) return std::max<Sequence>(request.from_sequence(), 1);
  TENURE_TRY_ASSIGN(const auto fields, token_of(request).read(request.page_token(), 1));
  TENURE_TRY_ASSIGN(const std::int64_t sequence, PageToken::number(fields[0]));
  return static_cast<Sequence>(std::max<std::int64_t>(sequence, 1));
}

}  // namespace

Result<void> list_quarantine(const EventLog& log, const msg::ListQuarantineRequest& request,
                             msg::ListQuarantineResponse& out) {
  TENURE_TRY_ASSIGN(const std::size_t kept, page_size_of(request.page_size(), 100, 1000));
  TENURE_TRY_ASSIGN(const Sequence from, begin_of(request));
  const Sequence head = log.head(kQuarantineShard);
  out.set_total(head);
  if (from > head) return ok();
  Result<void> filled = ok();
  TENURE_TRY(log.scan(kQuarantineShard, from, [&](const BlockPtr& block) {
    for (const LoggedEvent& logged : block->events()) {
      if (logged.position.sequence < from) continue;
      if (static_cast<std::size_t>(out.events_size()) == kept) return false;
      const auto quarantine = read_quarantine(logged);
      if (!quarantine) {
        filled = quarantine.error();
        return false;
      }
      fill_entry(logged, *quarantine, *out.add_events());
    }
    return true;
  }));
  TENURE_TRY(filled);
  const Sequence next = from + static_cast<Sequence>(out.events_size());
  if (next <= head) out.set_next_page_token(token_of(request).write({std::to_string(next)}));
  return ok();
}

Result<void> get_quarantined(const EventLog& log, const msg::GetQuarantinedRequest& request,
                             msg::GetQuarantinedResponse& out) {
  const Sequence head = log.head(kQuarantineShard);
  if (request.sequence() == 0 || request.sequence() > head)
    return fail(ErrorCode::kNotFound,
                head == 0 ? std::string("nothing is quarantined")
                          : fmt::format("there is no quarantined event {}: they go from 1 to {}; "
                                        "`tenure quarantine list` shows them",
                                        request.sequence(), head));
  TENURE_TRY_ASSIGN(const BlockPtr block, log.block(kQuarantineShard, request.sequence()));
  const LoggedEvent& logged = block->events()[request.sequence() - block->first()];
  TENURE_TRY_ASSIGN(pb::Quarantine quarantine, read_quarantine(logged));
  fill_entry(logged, quarantine, *out.mutable_event());
  for (pb::RecordHeader& header : *quarantine.mutable_headers()) {
    msg::QuarantinedHeader& one = *out.add_headers();
    one.set_name(std::move(*header.mutable_name()));
    one.set_value(std::move(*header.mutable_value()));
  }
  out.set_value(std::move(*quarantine.mutable_value()));
  out.set_key(std::move(*quarantine.mutable_key()));
  return ok();
}

}  // namespace tenure
