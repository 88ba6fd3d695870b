// Accounts by the name of the company or of one of its people.
#include "engine/query/account_rows.h"
#include "engine/query/book_queries.h"
#include "engine/query/person_index.h"
#include "engine/query/search_words.h"

#include <algorithm>
#include <set>

namespace tenure {
namespace {

namespace msg = ::tenure::api::v1;

constexpr Duration kReadNames = std::chrono::milliseconds(500);
constexpr std::size_t kPeopleMax = 500;

}  // namespace

Result<void> BookQueries::search(PersonIndex& people, const msg::SearchRequest& request,
                                 msg::SearchResponse& out) const {
  TENURE_TRY_ASSIGN(const std::size_t kept, page_size_of(request.page_size(), 12, 50));
  const std::vector<std::string> words = search_words(request.text());
  if (words.empty() || request.text().size() > 200)
    return fail(ErrorCode::kInvalid, "text: say 1 to 200 bytes of a name or an id");
  const Instant now = engine_.clock().now();
  fill_freshness(engine_, now, *out.mutable_freshness());
  const Covers covers = Covers::now(engine_, now);
  std::vector<BriefRow> companies = collect_briefs(engine_, [&](const AccountSlot& slot) {
    return has_words(lower_case(slot.brief.name + ' ' + slot.id), words);
  });
  // Those who left come last, then the greatest first.
  const auto place = [](const BriefRow& row) {
    return std::make_tuple(row.brief.lost, -std::max<std::int64_t>(row.brief.value_milli, 0),
                           row.account);
  };
  const auto in_order = [&](const BriefRow& a, const BriefRow& b) { return place(a) < place(b); };
  std::sort(companies.begin(), companies.end(), in_order);
  std::set<std::string> shown;
  const auto show = [&](const BriefRow& row, const std::string& person) {
    if (static_cast<std::size_t>(out.hits_size()) == kept || !shown.insert(row.account).second)
      return;
    msg::SearchHit& hit = *out.add_hits();
    fill_row(row, covers, *hit.mutable_account());
    hit.set_person(person);
  };
  for (const BriefRow& row : companies) show(row, {});
  TENURE_TRY_ASSIGN(const bool complete, people.read_on(kReadNames));
  out.set_people_complete(complete);
  std::map<std::string, std::string> names;  // by account, the first that matches
  for (PersonIndex::Hit& hit : people.find(words, kPeopleMax))
    names.try_emplace(std::move(hit.account), std::move(hit.name));
  std::vector<BriefRow> theirs =
      collect_briefs(engine_, [&](const AccountSlot& slot) { return names.count(slot.id) > 0; });
  std::sort(theirs.begin(), theirs.end(), in_order);
  for (const BriefRow& row : theirs) show(row, names[row.account]);
  return {};
}

}  // namespace tenure
