#include "engine/query/book_queries.h"

#include "engine/base/text.h"
#include "engine/query/account_rows.h"
#include "engine/query/page_token.h"
#include "engine/query/portfolio_trend.h"
#include "engine/query/search_words.h"

#include <algorithm>
#include <array>
#include <set>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;

constexpr Duration kRenewalsAhead = std::chrono::hours(24 * 90);

bool matches(const AccountSlot& slot, const std::vector<std::string>& words) {
  return words.empty() || has_words(lower_case(slot.brief.name + ' ' + slot.id), words);
}

// Where a row stands in an order. Unknown comes last.
struct Place {
  std::int64_t number = 0;
  std::string text;
  std::string account;
  friend bool operator<(const Place& a, const Place& b) {
    return std::tie(a.number, a.text, a.account) < std::tie(b.number, b.text, b.account);
  }
};

// `change` is the row's own, where the order asks for it.
Place place_of(const BriefRow& row, std::string_view order, std::int64_t change) {
  const auto last_if_missing = [](std::int64_t milli, bool greatest_first) {
    if (milli == kMissing) return INT64_MAX;
    return greatest_first ? -milli : milli;
  };
  if (order == "arr") return {last_if_missing(row.brief.value_milli, true), {}, row.account};
  if (order == "notice") return {last_if_missing(row.brief.notice_by_ms, false), {}, row.account};
  if (order == "change") return {last_if_missing(change, false), {}, row.account};
  if (order == "owner") return {row.brief.owner.empty() ? 1 : 0, row.brief.owner, row.account};
  if (order == "name")
    return {row.brief.name.empty() ? 1 : 0, lower_case(row.brief.name), row.account};
  return {last_if_missing(row.brief.health_milli, false), {}, row.account};
}

PageToken token_of(const msg::ListAccountsRequest& request) {
  PageToken token("accounts");
  token.bind(request.owner()).bind(request.search()).bind(request.order_by());
  return token.bind(request.lost() ? "lost" : "");
}

Result<std::optional<Place>> begin_after(const msg::ListAccountsRequest& request) {
  if (request.page_token().empty()) return std::optional<Place>();
  TENURE_TRY_ASSIGN(const auto fields, token_of(request).read(request.page_token(), 3));
  Place place{0, fields[1], fields[2]};
  TENURE_TRY_ASSIGN(place.number, PageToken::number(fields[0]));
  return std::optional<Place>(std::move(place));
}

void count_health(const Brief& brief, msg::PortfolioRow& row) {
  if (brief.health_milli == kMissing) {
    row.set_health_unknown(row.health_unknown() + 1);
  } else if (brief.health_milli < kHealthLow) {
    row.set_health_low(row.health_low() + 1);
  } else if (brief.health_milli < kHealthHigh) {
    row.set_health_middle(row.health_middle() + 1);
  } else {
    row.set_health_high(row.health_high() + 1);
  }
}

// Whom the asked owner covers for, and who covers for them.
void fill_covering(const Covers& covers, const std::string& owner, msg::GetNeedsYouResponse& out) {
  for (const Away* away : covers.by(owner)) Covers::fill_cover(*away, *out.add_covering());
  if (const Away* away = covers.of(owner)) Covers::fill_cover(*away, *out.mutable_away());
}

struct OwnerSums {
  msg::PortfolioRow row;
  MoneySums arr;
  MoneySums at_risk;
  void add(const Brief& brief) {
    row.set_accounts(row.accounts() + 1);
    row.set_open_alerts(row.open_alerts() + brief.open_alerts);
    arr.add(brief);
    if (is_at_risk(brief)) at_risk.add(brief);
    count_health(brief, row);
  }
  void fill(msg::PortfolioRow& out) {
    arr.fill(*row.mutable_arr());
    at_risk.fill(*row.mutable_arr_at_risk());
    out = row;
  }
};

// The most at risk first.
void fill_by_risk(std::map<std::string, OwnerSums>& sums,
                  google::protobuf::RepeatedPtrField<msg::PortfolioRow>& out) {
  std::vector<std::pair<std::string, OwnerSums*>> order;
  order.reserve(sums.size());
  for (auto& [owner, one] : sums) order.emplace_back(owner, &one);
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return a.second->at_risk.greatest() > b.second->at_risk.greatest();
  });
  for (auto& [owner, one] : order) {
    one->row.set_owner(owner);
    one->fill(*out.Add());
  }
}

}  // namespace

Result<void> BookQueries::needs_you(const msg::GetNeedsYouRequest& request,
                                    msg::GetNeedsYouResponse& out) const {
  TENURE_TRY_ASSIGN(const std::size_t kept, page_size_of(request.page_size(), 12, 50));
  const Instant now = engine_.clock().now();
  fill_freshness(engine_, now, *out.mutable_freshness());
  std::set<std::string> owners;
  const Covers covers = Covers::now(engine_, now);
  fill_covering(covers, request.owner(), out);
  std::vector<BriefRow> rows;  // those with an alert
  MoneySums care, risk, renewing;
  const bool promises_counted = engine_.set().catalog().find("promises.overdue").has_value();
  const std::int64_t now_ms = now.us / 1000;
  const std::int64_t until_ms = (now + kRenewalsAhead).us / 1000;
  visit_slots(engine_, [&](const AccountSlot& slot) {
    const Brief& brief = slot.brief;
    if (brief.lost) return;
    if (!brief.owner.empty()) owners.insert(brief.owner);
    if (!covers.looks_after(request.owner(), brief.owner)) return;
    out.set_accounts(out.accounts() + 1);
    if (!request.owner().empty() && brief.owner != request.owner())
      out.set_accounts_covered(out.accounts_covered() + 1);
    if (brief.open_alerts > 0) rows.push_back({slot.id, brief});
    care.add(brief);
    if (is_at_risk(brief)) risk.add(brief);
    if (promises_counted) out.set_promises_overdue(out.promises_overdue() + brief.promises_late);
    out.set_alerts_open(out.alerts_open() + brief.open_alerts);
    out.set_complaints_open(out.complaints_open() + brief.complaints_open);
    out.set_complaints_overdue(out.complaints_overdue() + brief.complaints_late);
    if (brief.notice_by_ms == kMissing || brief.notice_by_ms < now_ms ||
        brief.notice_by_ms > until_ms)
      return;
    out.set_renewals_90d(out.renewals_90d() + 1);
    renewing.add(brief);
  });
  care.fill(*out.mutable_arr_in_care());
  risk.fill(*out.mutable_arr_at_risk());
  renewing.fill(*out.mutable_renewals_90d_arr());
  for (const std::string& owner : owners) out.add_owners(owner);
  out.set_rows_total(rows.size());
  std::sort(rows.begin(), rows.end(), [](const BriefRow& a, const BriefRow& b) {
    return std::tie(b.brief.worst, b.brief.value_milli, a.account) <
           std::tie(a.brief.worst, a.brief.value_milli, b.account);
  });
  if (rows.size() > kept) rows.resize(kept);
  for (const BriefRow& row : rows) {
    msg::AccountRow& filled = *out.add_rows();
    fill_row(row, covers, filled);
    TENURE_TRY(fill_row_details(engine_, row.account, true, filled));
    if (filled.has_alert()) covers.fill(row.brief.owner, *filled.mutable_alert());
  }
  return {};
}

Result<void> BookQueries::accounts(const msg::ListAccountsRequest& request, PortfolioTrend& past,
                                   msg::ListAccountsResponse& out) const {
  TENURE_TRY_ASSIGN(const std::size_t kept, page_size_of(request.page_size(), 50, 1000));
  const std::string& order = request.order_by();
  constexpr std::array<std::string_view, 7> kOrders = {"",       "health", "change", "arr",
                                                       "notice", "owner",  "name"};
  if (std::find(kOrders.begin(), kOrders.end(), order) == kOrders.end())
    return fail(ErrorCode::kInvalid,
                "order_by: '" + shown_text(order) +
                    "' is not one of health, change, arr, notice, owner, name");
  if (request.search().size() > 200) return fail(ErrorCode::kInvalid, "search: at most 200 bytes");
  TENURE_TRY_ASSIGN(const std::optional<Place> after, begin_after(request));
  const std::vector<std::string> words = search_words(request.search());
  const Instant now = engine_.clock().now();
  fill_freshness(engine_, now, *out.mutable_freshness());
  const Covers covers = Covers::now(engine_, now);
  std::vector<BriefRow> rows = collect_briefs(engine_, [&](const AccountSlot& slot) {
    return (request.lost() || !slot.brief.lost) &&
           covers.looks_after(request.owner(), slot.brief.owner) && matches(slot, words);
  });
  out.set_total(rows.size());
  PortfolioTrend::Changes changes;
  if (order == "change") {
    TENURE_TRY_ASSIGN(changes, past.changes_in_four_weeks(rows));
    out.set_accounts_left(changes.accounts_left);
  }
  const auto change_of = [&](std::size_t row) {
    return changes.health_milli.empty() ? kMissing : changes.health_milli[row];
  };
  std::vector<std::pair<Place, std::size_t>> places;
  places.reserve(rows.size());
  for (std::size_t k = 0; k < rows.size(); ++k) {
    Place place = place_of(rows[k], order, change_of(k));
    if (!after || *after < place) places.emplace_back(std::move(place), k);
  }
  const std::size_t count = std::min(kept, places.size());
  std::partial_sort(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(count),
                    places.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t k = 0; k < count; ++k) {
    msg::AccountRow& row = *out.add_rows();
    fill_row(rows[places[k].second], covers, row);
    TENURE_TRY(fill_row_facts(engine_, row.account(), row));
    if (const std::int64_t change = change_of(places[k].second); change != kMissing)
      row.set_health_change_4w_milli(change);
  }
  if (count > 0 && count < places.size()) {
    const Place& last = places[count - 1].first;
    out.set_next_page_token(
        token_of(request).write({std::to_string(last.number), last.text, last.account}));
  }
  return {};
}

Result<void> BookQueries::portfolio(msg::GetPortfolioResponse& out) const {
  const Instant now = engine_.clock().now();
  fill_freshness(engine_, now, *out.mutable_freshness());
  const ReferencePtr reference = engine_.reference().as_known(now);
  std::map<std::string, OwnerSums> owners, teams;
  OwnerSums all;
  visit_slots(engine_, [&](const AccountSlot& slot) {
    if (slot.brief.lost) return;
    const std::string lead(reference->manager_of(slot.brief.owner));
    OwnerSums& owner = owners[slot.brief.owner];
    owner.row.set_lead(lead);
    owner.add(slot.brief);
    teams[lead].add(slot.brief);
    all.add(slot.brief);
  });
  fill_by_risk(owners, *out.mutable_rows());
  fill_by_risk(teams, *out.mutable_teams());
  all.fill(*out.mutable_total());
  return {};
}

}  // namespace tenure
