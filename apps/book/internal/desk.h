// apps/book/internal/desk.h
//
// Where the events of one account are written: its plan, its dice, its ids, and the day's mood.
#pragma once

#include "apps/book/internal/plan.h"
#include "tenure/event/v1/event.pb.h"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace tenure::book {

namespace pb = tenure::event::v1;

enum class Source {
  kCrm,
  kMail,
  kCalendar,
  kPhone,
  kHelpdesk,
  kBilling,
  kProduct,
  kSurvey,
  kStaff
};
inline constexpr std::size_t kSourceCount = 9;
const char* source_name(Source source);

/// An event before the way to Kafka adds its delays and its dirt.
struct Draft {
  Local at = 0;
  int account = 0;  // the plan's number; 0 = reference data
  std::uint32_t order = 0;
  Source source = Source::kCrm;
  bool prompt = false;    // arrives at once: the stories' and the live script's own events
  bool scripted = false;  // Delivery::scripted
  std::string envelope;
};

/// Who looks after an account, day by day: ten seats, two of which change hands.
struct Seats {
  std::array<std::vector<std::pair<int, std::string>>, 10> holders;  // from which day, who; rising
  [[nodiscard]] const std::string& holder(int seat, int day) const;
};
Seats make_seats();

class Desk final {
 public:
  Desk(const BookOptions& options, const Plan& plan, const Days& days, const Seats& seats,
       int first_day, int last_day);

  const Plan& plan;
  const Days& days;
  Dice dice;
  Mood mood;                 // of the day being written
  std::int64_t value_minor;  // a year, as of the day being written
  std::int64_t seats;
  const int first_day;
  const int last_day;   // the first day that is not written any more
  bool quiet = false;   // the client says no word on the day being written
  std::string project;  // that runs on the day being written; empty = none
  int project_until = 0;
  // Won opportunities: from which day, by how much a year.
  std::vector<std::pair<int, std::int64_t>> grows;

  [[nodiscard]] const std::string& owner(int day) const {
    return staff_.holder(day < kReorganised ? plan.seat : plan.seat_later, day);
  }

  /// Writes an event and returns its id. What happens outside the account's time as a client is
  /// left out.
  template <class Fill>
  std::string put(Source source, Local when, Fill&& fill) {
    pb::Event event;
    std::string id = begin(event, source, when);
    fill(event);
    finish(event, source, when, false);
    return id;
  }
  /// The same for a fixed event of a story: arrives at once, and is written whatever the account's
  /// time.
  template <class Fill>
  std::string fix(Source source, Local when, Fill&& fill) {
    pb::Event event;
    std::string id = begin(event, source, when);
    fill(event);
    finish(event, source, when, true);
    return id;
  }

  /// A person of the client's side, known on that day.
  void with_contact(pb::Event& event, int day);
  static void with_person(pb::Event& event, const Contact& contact);
  /// How often something with so many cases a month happens on a day as busy as this one.
  int times_today(int day, std::int64_t milli_a_month);
  /// A moment of the day, 08 to 18.
  Local moment(int day);
  /// A number for ids of meetings, tickets and the like.
  std::string next_id(const char* prefix);

  [[nodiscard]] std::string contract() const;
  int contract_end = kNeverDay;  // of the term that runs
  int renewal_day = kNeverDay;   // when that term is renewed

  std::vector<Draft> drafts;
  bool scripting = false;  // marks what is put as the live script's own

 private:
  [[nodiscard]] bool is_hushed(const pb::Event& event, Local when) const;
  std::string begin(pb::Event& event, Source source, Local when);
  void finish(pb::Event& event, Source source, Local when, bool fixed);

  const Seats& staff_;
  std::array<int, kSourceCount> ids_{};
  int things_ = 0;
};

/// An activity without a message of its own.
void name_activity(pb::Event& event, const char* name,
                   std::initializer_list<std::pair<const char*, std::string>> attributes);

// Each writes one day, or one kind of thing, of an account.
void write_arrival(Desk& desk);  // profile, tier, owner, contract, contacts
void write_stakeholders(Desk& desk, int day);
void write_mail(Desk& desk, int day);
void write_calls(Desk& desk, int day);
void write_meetings(Desk& desk, int day);
void write_own_work(Desk& desk, int day);  // notes, tasks, promises
void write_projects(Desk& desk, int day);
void write_opportunities(Desk& desk, int day);
void write_tickets(Desk& desk, int day);
void write_surveys(Desk& desk, int day);
void write_notices(Desk& desk, int day);
void write_usage(Desk& desk, int day);
void write_invoices(Desk& desk, int day);
void write_contract(Desk& desk, int day);  // renewals, amendments, notice, end
void write_campaigns(Desk& desk, int day);
void write_owner_changes(Desk& desk);
void write_story(Desk& desk);
void write_live_script(Desk& desk);
/// The organisation, its reorganisation, and the known silence of the usage feed: events of no
/// account.
std::vector<Draft> write_reference(const Days& days, const Seats& seats, int first_day);

}  // namespace tenure::book
