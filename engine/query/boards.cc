// The complaint board and the renewals: one row a complaint, one a contract's next decision.
#include "engine/query/account_rows.h"
#include "engine/query/book_queries.h"
#include "engine/query/page_token.h"

#include <algorithm>
#include <array>

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

constexpr std::array<std::string_view, 4> kForecasts = {"commit", "likely", "at risk", "lost"};

std::size_t forecast_of(const Brief& brief) {
  enum : std::size_t { kCommit, kLikely, kAtRisk, kLost };
  if (brief.notice_given) return kLost;
  if (brief.renewed) return kCommit;
  const bool known = brief.health_milli != kMissing;
  if (is_at_risk(brief) || (known && brief.health_milli < kHealthLow)) return kAtRisk;
  return known && brief.health_milli >= kHealthHigh ? kCommit : kLikely;
}

// When it is decided: by the notice deadline, or at the end of what notice was given for.
std::int64_t decided_ms(const Brief& brief) {
  return brief.notice_given ? brief.ends_at_ms : brief.notice_by_ms;
}

// The fullest clock first; those without one by age.
auto place_of(const msg::ComplaintRow& row) {
  return std::make_tuple(row.has_clock_milli() ? -row.clock_milli() : INT64_MAX, row.opened_at(),
                         row.account().account(), row.complaint());
}

void fill_forecasts(const std::vector<BriefRow>& rows, msg::ListRenewalsResponse& out) {
  std::array<MoneySums, kForecasts.size()> sums;
  std::array<std::uint64_t, kForecasts.size()> counts{};
  for (const BriefRow& row : rows) {
    const std::size_t forecast = forecast_of(row.brief);
    ++counts.at(forecast);
    sums.at(forecast).add(row.brief);
  }
  for (std::size_t k = 0; k < kForecasts.size(); ++k) {
    msg::ForecastSum& sum = *out.add_forecasts();
    sum.set_forecast(std::string(kForecasts.at(k)));
    sum.set_count(counts.at(k));
    sums.at(k).fill(*sum.mutable_arr());
  }
}

Result<void> fill_renewal(const Engine& engine, const BriefRow& row, const Covers& covers,
                          Instant now, msg::RenewalRow& out) {
  TENURE_TRY_ASSIGN(const AccountAt account, account_now(engine, AccountId(row.account), now));
  fill_row(row, covers, *out.mutable_account());
  fill_row_facts(engine, account, *out.mutable_account());
  out.set_renewed(row.brief.renewed);
  out.set_notice_given(row.brief.notice_given);
  if (row.brief.ends_at_ms != kMissing)
    out.set_ends_at(to_string(Instant{row.brief.ends_at_ms * 1000}));
  const auto risk = engine.set().catalog().find("opinion.risk");
  if (risk && account.hot->signals[risk->value] != kMissing) {
    const json::object opinion = facts_of(engine.set(), account.hot->facts, "opinion");
    out.set_opinion(text_of(opinion, "risk"));
    out.set_opinion_by(text_of(opinion, "by"));
  }
  out.set_forecast(std::string(kForecasts.at(forecast_of(row.brief))));
  return {};
}

}  // namespace

Result<void> BookQueries::complaints(const msg::ListComplaintsRequest& request,
                                     msg::ListComplaintsResponse& out) const {
  TENURE_TRY_ASSIGN(const std::size_t kept, page_size_of(request.page_size(), 100, 1000));
  const PageToken token = PageToken("complaints").bind(request.owner());
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
      fill_row_facts(engine_, account, *complaint.mutable_account());
      complaint.set_complaint(text_of(object, "complaint"));
      complaint.set_severity(text_of(object, "severity"));
      complaint.set_opened_at(text_of(object, "opened_at"));
      if (const auto clock = clock_of(engine_.set(), *account.hot, complaint.complaint()))
        complaint.set_clock_milli(*clock);
      found.push_back(std::move(complaint));
    }
  }
  std::sort(found.begin(), found.end(), [](const msg::ComplaintRow& a, const msg::ComplaintRow& b) {
    return place_of(a) < place_of(b);
  });
  out.set_total(found.size());
  auto next = found.begin();
  if (!request.page_token().empty()) {
    TENURE_TRY_ASSIGN(const auto key, token.read(request.page_token(), 4));
    TENURE_TRY_ASSIGN(const std::int64_t clock, PageToken::number(key[0]));
    const auto after = std::make_tuple(clock, key[1], key[2], key[3]);
    next = std::partition_point(found.begin(), found.end(),
                                [&](const auto& row) { return place_of(row) <= after; });
  }
  for (; next != found.end(); ++next) {
    if (static_cast<std::size_t>(out.rows_size()) == kept) {
      const auto [clock, opened, account, complaint] = place_of(out.rows(out.rows_size() - 1));
      out.set_next_page_token(token.write({std::to_string(clock), opened, account, complaint}));
      break;
    }
    *out.add_rows() = std::move(*next);
  }
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
    const std::int64_t decided = decided_ms(slot.brief);
    return !slot.brief.lost && decided != kMissing && decided >= now_ms && decided <= until_ms &&
           covers.looks_after(request.owner(), slot.brief.owner);
  });
  const auto place = [](const BriefRow& row) {
    return std::make_tuple(decided_ms(row.brief), std::string_view(row.account));
  };
  std::sort(rows.begin(), rows.end(),
            [&](const BriefRow& a, const BriefRow& b) { return place(a) < place(b); });
  out.set_total(rows.size());
  fill_forecasts(rows, out);
  const PageToken token =
      PageToken("renewals").bind(request.owner()).bind(std::to_string(request.days()));
  auto next = rows.cbegin();
  if (!request.page_token().empty()) {
    TENURE_TRY_ASSIGN(const auto key, token.read(request.page_token(), 2));
    TENURE_TRY_ASSIGN(const std::int64_t decided, PageToken::number(key[0]));
    const auto after = std::make_tuple(decided, std::string_view(key[1]));
    next = std::partition_point(rows.cbegin(), rows.cend(),
                                [&](const BriefRow& row) { return place(row) <= after; });
  }
  const BriefRow* last = nullptr;
  for (; next != rows.cend() && static_cast<std::size_t>(out.rows_size()) < kept; ++next) {
    TENURE_TRY(fill_renewal(engine_, *next, covers, now, *out.add_rows()));
    last = &*next;
  }
  if (last != nullptr && next != rows.cend())
    out.set_next_page_token(token.write({std::to_string(decided_ms(last->brief)), last->account}));
  return {};
}

}  // namespace tenure
