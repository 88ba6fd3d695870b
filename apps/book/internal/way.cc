#include "apps/book/internal/way.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace tenure::book {
namespace {

// Parts in a million.
constexpr std::int64_t kRepeats = 7'000;
// Mail servers and help desks tell at once; the others make up for them, so that 0.3 of 100 events
// are days late.
constexpr std::int64_t kVeryLate = 4'900;
constexpr std::int64_t kLate = 20'000;
constexpr std::int64_t kUndecodable = 500;

/// Seconds that a system usually takes to tell.
Local latency(Source source, Dice& dice) {
  switch (source) {
    case Source::kHelpdesk: return dice.between(1, 15);
    case Source::kBilling: return dice.between(30, 300);
    case Source::kProduct: return dice.between(60, 600);
    case Source::kMail: return dice.between(5, 60);
    default: return dice.between(2, 30);
  }
}

std::string account_of(const Draft& draft) {
  return draft.account == 0 ? std::string() : fmt::format("acc-{:04}", draft.account);
}

/// Bytes that are no envelope, of the kinds that topics really hold.
std::string broken(const std::string& envelope, Dice& dice) {
  switch (dice.below(6)) {
    case 0: return envelope.substr(0, envelope.size() - 1);  // ends inside its payload
    case 1: return "{\"ticket\": 4711, \"status\": \"open\"}";
    case 2: return "<html><body>502 Bad Gateway</body></html>";
    case 3: return std::string("\xff\xfe\x00\x13\xff\xff", 6);
    case 4: return {};
    default: {
      pb::Event event;
      event.ParseFromString(envelope);
      event.clear_id();
      std::string bytes;
      event.SerializeToString(&bytes);
      return bytes;
    }
  }
}

class Way final {
 public:
  Way(const BookOptions& options, const Days& days) : dice_(options.seed, 2), days_(days) {}

  void send(Draft draft) {
    Delivery delivery;
    delivery.key = account_of(draft);
    delivery.scripted = draft.scripted;
    Local takes = draft.prompt ? 1 : latency(draft.source, dice_);
    if (!draft.prompt) {
      const std::int64_t fate = dice_.below(1'000'000);
      const bool lags = draft.source != Source::kMail && draft.source != Source::kHelpdesk;
      if (lags && fate < kVeryLate) {
        takes = dice_.between(kDaySeconds + 1, 10 * kDaySeconds);
        delivery.dirt = Dirt::kVeryLate;
      } else if (fate >= kVeryLate && fate < kVeryLate + kLate) {
        takes = dice_.between(kHour + 1, 20 * kHour);
        delivery.dirt = Dirt::kLate;
      }
    }
    const Local arrives = draft.at + takes;
    delivery.arrives_at = days_.instant(arrives);
    delivery.envelope = std::move(draft.envelope);
    if (!draft.prompt) add_dirt(delivery, arrives);
    out.push_back(std::move(delivery));
  }

  /// Three clocks that went wrong: events that say they happen years ahead.
  void send_future() {
    static constexpr std::array<int, 3> kDays = {-71, -52, -33};
    int number = 0;
    for (const int day : kDays) {
      pb::Event event;
      event.set_source(source_name(Source::kMail));
      event.set_id(fmt::format("mail-clock-{}", ++number));
      event.set_occurred_at_us(days_.instant(at(day + 700 * number + 400, 0)).us);
      event.set_subject("acc-0150");
      event.add_accounts("acc-0150");
      event.mutable_email_received()->set_thread("th-clock");
      Delivery delivery;
      delivery.key = "acc-0150";
      delivery.arrives_at = days_.instant(at(day, 11 * kHour));
      delivery.dirt = Dirt::kFuture;
      event.SerializeToString(&delivery.envelope);
      out.push_back(std::move(delivery));
    }
  }

  std::vector<Delivery> out;

 private:
  void add_dirt(const Delivery& delivery, Local arrives) {
    if (dice_.chance_ppm(kRepeats)) {
      Delivery again = delivery;
      again.arrives_at = days_.instant(arrives + 1 + dice_.lognormal(600, 1500));
      again.dirt = Dirt::kRepeat;
      out.push_back(std::move(again));
    }
    if (!dice_.chance_ppm(kUndecodable)) return;
    Delivery junk;
    junk.arrives_at = days_.instant(arrives + 2);
    if (dice_.chance_permille(500)) junk.key = delivery.key;
    junk.envelope = broken(delivery.envelope, dice_);
    junk.undecodable = true;
    junk.dirt = Dirt::kUndecodable;
    out.push_back(std::move(junk));
  }

  Dice dice_;
  const Days& days_;
};

}  // namespace

std::vector<Delivery> send_all(std::vector<Draft> drafts, const BookOptions& options,
                               const Days& days) {
  std::sort(drafts.begin(), drafts.end(), [](const Draft& a, const Draft& b) {
    return std::tie(a.at, a.account, a.order) < std::tie(b.at, b.account, b.order);
  });
  Way way(options, days);
  way.out.reserve(drafts.size() + drafts.size() / 64);
  for (Draft& draft : drafts) way.send(std::move(draft));
  way.send_future();
  std::stable_sort(way.out.begin(), way.out.end(), [](const Delivery& a, const Delivery& b) {
    return a.arrives_at < b.arrives_at;
  });
  return std::move(way.out);
}

}  // namespace tenure::book
