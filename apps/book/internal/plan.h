// apps/book/internal/plan.h
//
// What will become of each account, decided before any event is written.
#pragma once

#include "apps/book/book.h"
#include "apps/book/internal/days.h"
#include "apps/book/internal/dice.h"

#include <array>
#include <string>
#include <vector>

namespace tenure::book {

enum class Sector { kTech, kLogistics, kAgency, kGoods, kNetwork, kBank, kInsurance };

/// The signs of leaving: rows of the table in docs/demo.md, as bits.
enum Sign : unsigned {
  kSignMail = 1,
  kSignReplies = 2,
  kSignMeetings = 4,
  kSignUsage = 8,
  kSignComplaints = 16,
  kSignInvoices = 32,
  kSignRivals = 64,
  kAllSigns = 127,
};

struct Contact {
  std::string id;  // the person's id in every source
  std::string name;
  int role = 4;  // StakeholderRole
  const char* title = "";
  int from_day = 0;
  int until_day = kNeverDay;  // the day the person leaves the client
};

struct Plan {
  int number = 0;  // 1 to 300
  std::string id;  // "acc-0012"
  std::string name;
  const char* country = "DE";
  Sector sector = Sector::kTech;
  BookTier tier = BookTier::kTail;
  std::int64_t value_minor = 0;  // a year, when the book begins
  std::int64_t seats = 0;
  std::int64_t adoption_milli = 700;  // active users of seats
  std::int64_t rate_milli = 1000;     // how talkative it is
  bool won = false;                   // in the book's time
  int first_day = 0;
  int end_day = kNeverDay;      // the first day it is no client
  int decided_day = kNeverDay;  // of leavers; of decoys the day they seem to head for
  LeavingReason reason = LeavingReason::kNone;
  ArcKind arc = ArcKind::kNone;
  unsigned signs = 0;
  bool decoy = false;
  int champion_left_day = kNeverDay;
  bool subscription = false;  // instead of a contract: the rolling ones
  int term_months = 12;
  int contract_end_day = 0;  // the first end after first_day
  int notice_days = 30;
  bool auto_renew = true;
  int seat = 0;              // which of the ten managers' seats looks after it
  int seat_later = 0;        // the same, from the reorganisation on
  int story = 0;             // 1 to 8
  bool leaves_live = false;  // gives notice in the live script
  bool loses_champion_live = false;
  std::vector<Contact> contacts;

  [[nodiscard]] bool leaves() const { return end_day != kNeverDay; }
};

/// Story 2: between these days nobody at the client says a word, so that the rule's 42 days of
/// silence are over on day -12. Story 1: the successor's silence, past the bank's 56 days on day
/// -7.
inline constexpr int kHushFrom = -54;
inline constexpr int kSuccessorHushFrom = -63;
inline constexpr int kHushUntil = 1;
inline bool is_hushed_on(int story, int day) {
  const int from = story == 1 ? kSuccessorHushFrom : story == 2 ? kHushFrom : kHushUntil;
  return day >= from && day < kHushUntil;
}

// Two managers leave, nineteen and nine months before now; between them, fourteen months before
// now, two leads change places and some accounts their manager.
inline constexpr int kFirstLeaves = -578;
inline constexpr int kReorganised = -426;
inline constexpr int kSecondLeaves = -270;

/// How an account behaves on a day, against its own normal.
struct Mood {
  std::int64_t mail_milli = 1000;
  std::int64_t reply_milli = 1000;
  std::int64_t cancel_permille = 100;
  std::int64_t users_milli = 1000;
  std::int64_t complaints_milli = 1000;
  std::int64_t late_permille = 60;  // invoices over 14 days late
  std::int64_t rival_permille = 0;  // a client mail names a rival or asks for a discount
};
Mood mood_on(const Plan& plan, const Days& days, int day);

std::vector<Plan> make_plans(const BookOptions& options, const Days& days);

/// Gives every plan its name, country and contacts.
void name_plans(std::vector<Plan>& plans, Dice& dice, const Days& days);
/// Turns eight accounts into the fixed stories, and two into those of the live script.
void cast_stories(std::vector<Plan>& plans, const Days& days);

/// A person's name, as good as new for each call.
std::string person_name(Dice& dice, const char* country);

const char* sector_name(Sector sector);
const char* profile_name(Sector sector);
template <class T>
T by_tier(BookTier tier, T key, T standard, T tail) {
  return tier == BookTier::kKey ? key : tier == BookTier::kStandard ? standard : tail;
}

}  // namespace tenure::book
