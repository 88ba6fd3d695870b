#include "apps/book/truth.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace tenure {

std::string_view to_string(BookTier tier) {
  switch (tier) {
    case BookTier::kKey: return "key";
    case BookTier::kStandard: return "standard";
    case BookTier::kTail: return "tail";
  }
  return "unknown";
}

std::string_view to_string(ArcKind arc) {
  switch (arc) {
    case ArcKind::kNone: return "none";
    case ArcKind::kFull: return "full";
    case ArcKind::kPartial: return "partial";
    case ArcKind::kSilent: return "silent";
  }
  return "unknown";
}

std::string_view to_string(LeavingReason reason) {
  switch (reason) {
    case LeavingReason::kNone: return "";
    case LeavingReason::kProduct: return "product or service";
    case LeavingReason::kPrice: return "price";
    case LeavingReason::kChampion: return "champion left";
    case LeavingReason::kFate: return "insolvency, acquisition or budget";
    case LeavingReason::kCompetitor: return "competitor";
    case LeavingReason::kUnknown: return "unknown";
  }
  return "unknown";
}

namespace {

std::string when(const std::optional<Instant>& instant) {
  return instant ? to_string(*instant) : std::string();
}

/// Invented names hold commas ("Nordval Trading, Inc.").
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::string truth_csv(const Truth& truth) {
  std::string out =
      "account,name,sector,tier,value_minor,since,left,decided_at,left_at,reason,arc,decoy,"
      "champion_left_at,story\n";
  for (const AccountTruth& t : truth) {
    out +=
        fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", t.account, quoted(t.name),
                    t.sector, to_string(t.tier), t.value_minor, to_string(t.since), t.left ? 1 : 0,
                    when(t.decided_at), when(t.left_at), quoted(std::string(to_string(t.reason))),
                    to_string(t.arc), t.decoy ? 1 : 0, when(t.champion_left_at), t.story);
  }
  return out;
}

Result<void> write_truth(const std::string& path, const Truth& truth) {
  const auto refused = [&path] {
    return fail(ErrorCode::kUnavailable,
                fmt::format("cannot write the truth file {}: {}; choose a path that can be written",
                            path, std::strerror(errno)));
  };
  errno = 0;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  if (!file) return refused();
  const std::string text = truth_csv(truth);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file) return refused();
  return ok();
}

}  // namespace tenure
