#include "connectors/http/internal/list_differences.h"

#include "engine/base/hash.h"
#include "tenure/api/v1/subscription.pb.h"

#include <string_view>
#include <unordered_map>

namespace tenure::internal {
namespace {

namespace msg = ::tenure::api::v1;

using Told = std::vector<std::pair<std::string, std::uint64_t>>;

std::string_view key_of(const msg::AccountRow& row) { return row.account(); }
std::string_view key_of(const msg::Alert& alert) { return alert.id(); }

template <class Rows>
std::shared_ptr<const ListTold> told_of(const Rows& rows) {
  auto told = std::make_shared<ListTold>();
  told->rows.reserve(static_cast<std::size_t>(rows.size()));
  for (const auto& row : rows)
    told->rows.emplace_back(key_of(row), fast_hash64(row.SerializeAsString()));
  return told;
}

enum class News { kNone, kEntered, kChanged };

// How each row of `now` is news to whoever has `has`; the keys that left go to `left`. True when
// what is left of the client's order is the order of now.
bool compare(const Told& has, const Told& now, std::vector<News>& news,
             google::protobuf::RepeatedPtrField<std::string>& left) {
  std::unordered_map<std::string_view, std::uint64_t> before;
  for (const auto& [key, hash] : has) before.emplace(key, hash);
  std::unordered_map<std::string_view, bool> stays;
  news.reserve(now.size());
  for (const auto& [key, hash] : now) {
    stays.emplace(key, true);
    const auto known = before.find(key);
    news.push_back(known == before.end()   ? News::kEntered
                   : known->second != hash ? News::kChanged
                                           : News::kNone);
  }
  std::size_t at = 0;
  bool in_order = true;
  for (const auto& [key, hash] : has) {
    if (stays.count(key) == 0) {
      *left.Add() = key;
      continue;
    }
    in_order = in_order && at < now.size() && now[at].first == key;
    ++at;
  }
  return in_order && at == now.size();
}

}  // namespace

std::shared_ptr<const ListTold> accounts_told(const msg::WatchAccountsResponse& whole) {
  return told_of(whole.entered());
}

std::shared_ptr<const ListTold> alerts_told(const msg::WatchAlertsResponse& whole) {
  return told_of(whole.alerts());
}

void accounts_difference(const ListTold& has, const ListTold& now,
                         const msg::WatchAccountsResponse& whole, msg::WatchAccountsResponse& out) {
  std::vector<News> news;
  if (!compare(has.rows, now.rows, news, *out.mutable_left())) *out.mutable_order() = whole.order();
  for (std::size_t k = 0; k < news.size(); ++k) {
    const msg::AccountRow& row = whole.entered(static_cast<int>(k));
    if (news[k] == News::kEntered) *out.add_entered() = row;
    if (news[k] == News::kChanged) *out.add_changed() = row;
  }
  out.set_total(whole.total());
  *out.mutable_freshness() = whole.freshness();
}

void alerts_difference(const ListTold& has, const ListTold& now,
                       const msg::WatchAlertsResponse& whole, msg::WatchAlertsResponse& out) {
  std::vector<News> news;
  if (!compare(has.rows, now.rows, news, *out.mutable_left())) *out.mutable_order() = whole.order();
  for (std::size_t k = 0; k < news.size(); ++k)
    if (news[k] != News::kNone) *out.add_alerts() = whole.alerts(static_cast<int>(k));
  out.set_total(whole.total());
  *out.mutable_freshness() = whole.freshness();
}

}  // namespace tenure::internal
