// The complaint board and the renewals: one row a complaint, one a contract's next decision.
#include "engine/query/account_rows.h"
#include "engine/query/book_queries.h"

#include <algorithm>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;
namespace json = ::boost::json;

json::array list_of(const json::object& facts, std::string_view key) {
  const json::value* list = facts.if_contains(key);
  return list != nullptr && list->is_array() ? list->as_array() : json::array();
}

std::optional<std::int64_t> clock_of(const ProjectionSet& set, const HotAccount& hot,
                                     std::string_view complaint) {
  const auto clock = set.catalog().find("complaints.clock");
  if (!clock) return std::nullopt;
  for (const SubjectSignal& signal : hot.subjects)
    if (signal.signal == *clock && signal.subject == complaint && signal.milli != kMissing)
      return signal.milli;
  return std::nullopt;
}

bool is_over(std::string_view state) {
  return state == "resolved" || state == "closed" || state == "withdrawn";
}

std::int64_t signal_of(const AccountAt& account, const ProjectionSet& set, std::string_view name) {
  const auto id = set.catalog().find(name);
  return id ? account.hot->signals[id->value] : kMissing;
}

std::string_view forecast_of(const Brief& brief, bool renewed, bool notice_given) {
  if (notice_given) return "lost";
  if (renewed) return "commit";
  const bool high_alert = is_at_risk(brief);
  const bool known = brief.health_milli != kMissing;
  if (high_alert || (known && brief.health_milli < kHealthLow)) return "at risk";
  return known && brief.health_milli >= kHealthHigh ? "commit" : "likely";
}

}  // namespace

Result<void> BookQueries::complaints(const msg::ListComplaintsRequest& request,
                                     msg::ListComplaintsResponse& out) const {
  TENURE_TRY_ASSIGN(const std::size_t kept, page_size_of(request.page_size(), 100, 1000));
  const Instant now = engine_.clock().now();
  fill_freshness(engine_, now, *out.mutable_freshness());
  const Covers covers = Covers::now(engine_, now);
  const auto rows = collect_briefs(engine_, [&](const AccountSlot& slot) {
    return slot.brief.complaints_open > 0 && !slot.brief.lost &&
           covers.looks_after(request.owner(), slot.brief.owner);
  });
  std::vector<msg::ComplaintRow> found;
  for (const BriefRow& row : rows) {
    TENURE_TRY_ASSIGN(const AccountAt account, account_now(engine_, AccountId(row.account), now));
    for (const json::value& value :
         list_of(facts_of(engine_.set(), account.hot->facts, "complaints"), "complaints")) {
      if (!value.is_object()) continue;
      const json::object& object = value.as_object();
      msg::ComplaintRow complaint;
      complaint.set_state(text_of(object, "state"));
      if (is_over(complaint.state())) continue;
      fill_row(row, covers, *complaint.mutable_account());
      complaint.set_complaint(text_of(object, "complaint"));
      complaint.set_severity(text_of(object, "severity"));
      complaint.set_opened_at(text_of(object, "opened_at"));
      if (const auto clock = clock_of(engine_.set(), *account.hot, complaint.complaint()))
        complaint.set_clock_milli(*clock);
      found.push_back(std::move(complaint));
    }
  }
  // The fullest clock first; those without one by age.
  std::sort(found.begin(), found.end(), [](const msg::ComplaintRow& a, const msg::ComplaintRow& b) {
    const auto key = [](const msg::ComplaintRow& c) {
      return std::make_tuple(c.has_clock_milli() ? -c.clock_milli() : INT64_MAX, c.opened_at(),
                             c.account().account(), c.complaint());
    };
    return key(a) < key(b);
  });
  out.set_total(found.size());
  if (found.size() > kept) found.resize(kept);
  for (msg::ComplaintRow& row : found) *out.add_rows() = std::move(row);
  return {};
}

Result<void> BookQueries::renewals(const msg::ListRenewalsRequest& request,
                                   msg::ListRenewalsResponse& out) const {
  TENURE_TRY_ASSIGN(const std::size_t kept, page_size_of(request.page_size(), 100, 1000));
  if (request.days() < 0 || request.days() > 1000)
    return fail(ErrorCode::kInvalid, "days: must be 0 to 1000");
  const Instant now = engine_.clock().now();
  fill_freshness(engine_, now, *out.mutable_freshness());
  const std::int64_t now_ms = now.us / 1000;
  const std::int64_t days = request.days() == 0 ? 180 : request.days();
  const std::int64_t until_ms = now_ms + days * 86'400'000;
  const Covers covers = Covers::now(engine_, now);
  auto rows = collect_briefs(engine_, [&](const AccountSlot& slot) {
    const Brief& brief = slot.brief;
    return !brief.lost && brief.notice_by_ms != kMissing && brief.notice_by_ms >= now_ms &&
           brief.notice_by_ms <= until_ms && covers.looks_after(request.owner(), brief.owner);
  });
  std::sort(rows.begin(), rows.end(), [](const BriefRow& a, const BriefRow& b) {
    return std::tie(a.brief.notice_by_ms, a.account) < std::tie(b.brief.notice_by_ms, b.account);
  });
  out.set_total(rows.size());
  if (rows.size() > kept) rows.resize(kept);
  for (const BriefRow& row : rows) {
    TENURE_TRY_ASSIGN(const AccountAt account, account_now(engine_, AccountId(row.account), now));
    msg::RenewalRow& renewal = *out.add_rows();
    fill_row(row, covers, *renewal.mutable_account());
    renewal.set_renewed(signal_of(account, engine_.set(), "contracts.renewed") == 1000);
    renewal.set_notice_given(signal_of(account, engine_.set(), "contracts.notice_given") == 1000);
    const std::int64_t days_milli = signal_of(account, engine_.set(), "contracts.days_to_end");
    if (days_milli != kMissing)
      renewal.set_ends_at(to_string(now + Duration(days_milli * 86'400'000)));
    if (signal_of(account, engine_.set(), "opinion.risk") != kMissing) {
      const json::object opinion = facts_of(engine_.set(), account.hot->facts, "opinion");
      renewal.set_opinion(text_of(opinion, "risk"));
      renewal.set_opinion_by(text_of(opinion, "by"));
    }
    renewal.set_forecast(
        std::string(forecast_of(row.brief, renewal.renewed(), renewal.notice_given())));
  }
  return {};
}

}  // namespace tenure
