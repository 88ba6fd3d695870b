// engine/query/portfolio_trend.h
//
// Sums over the last weeks, as they were by what is known now: what GetAccount says of each
// account at the same instant, added up.
//
// Path:     AccountHistory of each account -> [PortfolioTrend] -> connectors/http
// Order:    an account's history is read once, when somebody asks, and kept as one sample a Monday.
//           It is read again when an event came that belongs before the newest Monday, when what
//           was in force at one of them changed, and when a new Monday has come. So the samples are
//           a function of the log alone; nothing of them is stored.
// Threads:  any; one reads at a time, the others answer with what is there.
// Limits:   12 weeks; a call reads for half a second at most and says what is left. A sample takes
//           32 bytes: docs/limits.md, "Portfolio trend".
#pragma once

#include "engine/query/account_rows.h"
#include "tenure/api/v1/portfolio.pb.h"

#include <array>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace tenure {

class PortfolioTrend final {
 public:
  static constexpr std::int32_t kWeeksMax = 12;

  /// `engine` outlives this.
  explicit PortfolioTrend(const Engine& engine) : engine_(engine), next_(engine.shards(), 0) {}

  /// kInvalid: weeks that cannot be.
  Result<void> answer(const api::v1::GetPortfolioTrendRequest& request,
                      api::v1::GetPortfolioTrendResponse& out);

  /// Health now less health on the Monday four whole weeks back, 28 to 34 days ago.
  struct Changes {
    std::vector<std::int64_t> health_milli;  // one a row, in their order; kMissing = not known
    std::uint64_t accounts_left = 0;         // whose past is still to be read
  };
  Result<Changes> changes_in_four_weeks(const std::vector<BriefRow>& rows);

 private:
  static constexpr std::uint32_t kNoText = 0;  // names the empty text
  // One account at one Monday.
  struct Sample {
    std::int64_t value_milli = kMissing;
    std::int32_t health_milli = -1;  // -1 = not known
    std::uint32_t owner = kNoText;
    std::uint32_t currency = kNoText;
    bool in_care = false;
    bool at_risk = false;
  };
  using Samples = std::array<Sample, kWeeksMax>;
  struct Entry {
    Samples samples;
    bool stale = true;
  };

  [[nodiscard]] std::uint64_t accounts_left() const;  // with the lock

  // By whoever reads.
  Result<void> read_on(Instant now);
  void look_at_mondays(Instant now);
  Result<void> note_news();
  void note(const LoggedEvent& logged);
  void note(std::string_view account);
  Result<void> sample(AccountId account, Samples& out);
  std::uint32_t number_of(std::string_view text);

  void fill_point(std::size_t monday, const api::v1::GetPortfolioTrendRequest& request,
                  api::v1::TrendPoint& out) const;  // with the lock
  void fill_now(const api::v1::GetPortfolioTrendRequest& request, Instant now,
                api::v1::TrendPoint& out) const;

  const Engine& engine_;
  std::mutex reading_;              // whoever has it reads, and alone has what follows
  Sequence reference_head_ = 0;     // of the reference stream, when it was looked at
  std::vector<Sequence> next_;      // by shard: what comes before is noted
  std::vector<std::string> stale_;  // to be read, some perhaps twice

  mutable std::mutex mutex_;              // guards what follows
  std::vector<Instant> mondays_;          // oldest first
  std::vector<ReferencePtr> references_;  // as it was at each
  std::vector<std::string> texts_{""};
  std::unordered_map<std::string, std::uint32_t> numbers_{{"", kNoText}};
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace tenure
