// Invented names of companies and people.

#include "apps/book/internal/plan.h"

#include <fmt/format.h>

#include <string_view>

namespace tenure::book {
namespace {

// Three hundred stems: a beginning and an end each, none repeated.
constexpr std::array<const char*, 20> kBegin = {"Al",  "Bren",  "Cor",  "Dar", "El",  "Fen", "Gal",
                                                "Hal", "Ister", "Jov",  "Kal", "Lor", "Mer", "Nor",
                                                "Ost", "Pel",   "Quin", "Ras", "Sol", "Tar"};
constexpr std::array<const char*, 15> kEnd = {"dova",  "bermont", "vanta",  "kessa", "mira",
                                              "torin", "wick",    "lund",   "sano",  "perra",
                                              "gard",  "nexa",    "rielle", "holm",  "vey"};

struct Country {
  const char* code;
  int accounts;
  std::array<const char*, 2> forms;
  std::array<const char*, 8> first;
  std::array<const char*, 8> last;
};
constexpr std::array<Country, 7> kCountries = {{
    {"DE",
     80,
     {" GmbH", " AG"},
     {"Anke", "Jonas", "Miriam", "Torsten", "Svenja", "Holger", "Katrin", "Emil"},
     {"Brandner", "Voss", "Lindhorst", "Kessler", "Amrein", "Reuther", "Dahlke", "Nowack"}},
    {"GB",
     70,
     {" Ltd", " plc"},
     {"Alice", "Rowan", "Priya", "Gareth", "Imogen", "Callum", "Hazel", "Tobias"},
     {"Ashdown", "Merrick", "Calloway", "Pryce", "Whitlock", "Sandhu", "Thorne", "Ellery"}},
    {"FR",
     40,
     {" SAS", " SA"},
     {"Camille", "Étienne", "Margaux", "Loïc", "Sabine", "Rémi", "Inès", "Bastien"},
     {"Lavergne", "Duchet", "Morvan", "Pelissier", "Garreau", "Tissot", "Vallon", "Brissac"}},
    {"NL",
     30,
     {" B.V.", " N.V."},
     {"Femke", "Ruben", "Lotte", "Maarten", "Sanne", "Joris", "Anouk", "Bram"},
     {"Verhage", "Kuipers", "van Elst", "Zandstra", "Mulders", "de Roo", "Hoekema", "Terpstra"}},
    {"IT",
     30,
     {" S.r.l.", " S.p.A."},
     {"Chiara", "Luca", "Federica", "Matteo", "Serena", "Davide", "Elisa", "Paolo"},
     {"Bellandi", "Corsini", "Marchetti", "Tolentini", "Ravelli", "Sartori", "Vannucci", "Gallo"}},
    {"ES",
     20,
     {" S.L.", " S.A."},
     {"Lucía", "Álvaro", "Nuria", "Sergio", "Marta", "Iker", "Elena", "Hugo"},
     {"Olmedo", "Ribera", "Cortina", "Salcedo", "Barrios", "Quiroga", "Lozano", "Vidal"}},
    {"US",
     30,
     {", Inc.", " LLC"},
     {"Grace", "Marcus", "Dana", "Wyatt", "Leila", "Owen", "Naomi", "Caleb"},
     {"Hollister", "Bancroft", "Nakamura", "Delgado", "Whitaker", "Osei", "Larkin", "Prescott"}},
}};

constexpr std::array<std::array<const char*, 3>, 7> kSectorWords = {{
    {"Software", "Systems", "Cloud"},
    {"Logistics", "Freight", "Cargo"},
    {"Media", "Creative", "Studio"},
    {"Trading", "Supply", "Industries"},
    {"Networks", "Telecom", "Fibre"},
    {"Bank", "Credit Bank", "Private Bank"},
    {"Insurance", "Assurance", "Mutual"},
}};

const Country& country_of(const char* code) {
  for (const Country& country : kCountries) {
    if (std::string_view(country.code) == code) return country;
  }
  return kCountries[0];
}

struct Post {
  int role;  // StakeholderRole
  const char* title;
};
// In the order in which an account fills them: a small one has only the first.
constexpr std::array<Post, 8> kPosts = {{{1, "Head of Operations"},
                                         {2, "Finance Director"},
                                         {4, "Team Lead"},
                                         {3, "Managing Director"},
                                         {6, "Procurement"},
                                         {4, "Analyst"},
                                         {4, "Coordinator"},
                                         {6, "Legal Counsel"}}};

void add_contacts(Plan& plan, Dice& dice) {
  const std::int64_t fewest = by_tier<std::int64_t>(plan.tier, 8, 3, 1);
  const std::int64_t most = by_tier<std::int64_t>(plan.tier, 14, 6, 3);
  const std::int64_t count = dice.between(fewest, most);
  for (int i = 0; i < count; ++i) {
    const Post post = kPosts[static_cast<std::size_t>(i < 8 ? i : 4 + i % 4)];
    Contact contact;
    contact.id = fmt::format("p-{:04}-{}", plan.number, i + 1);
    contact.name = person_name(dice, plan.country);
    contact.role = post.role;
    contact.title = post.title;
    contact.from_day = plan.first_day;
    // Joins later, for one in eight of those whom no story needs.
    if (i > 3 && dice.chance_permille(125)) {
      contact.from_day += static_cast<int>(dice.between(60, 500));
    }
    plan.contacts.push_back(contact);
  }
  Contact& champion = plan.contacts[0];
  if (plan.story == 1) champion.title = "Executive Sponsor";
  if (plan.loses_champion_live) champion.until_day = 1;
  if (plan.champion_left_day == kNeverDay || plan.champion_left_day < plan.first_day + 20) return;
  champion.until_day = plan.champion_left_day;
  // Leavers get nobody new. The others mostly hear of a successor in good time, else within weeks;
  // in story 1 somebody takes the post who is no champion of ours.
  if (plan.leaves()) return;
  Contact successor;
  successor.id = fmt::format("p-{:04}-{}", plan.number, count + 1);
  successor.name = person_name(dice, plan.country);
  successor.role = plan.story == 1 ? 3 : champion.role;
  successor.title = champion.title;
  const bool in_time = plan.story != 1 && dice.chance_permille(700);
  const std::int64_t after = dice.between(3, 25);
  successor.from_day = champion.until_day + static_cast<int>(in_time ? -after / 3 : after / 2);
  plan.contacts.push_back(successor);
}

}  // namespace

std::string person_name(Dice& dice, const char* country) {
  const Country& names = country_of(country);
  const char* first = dice.pick(names.first);
  return fmt::format("{} {}", first, dice.pick(names.last));
}

void name_plans(std::vector<Plan>& plans, Dice& dice, const Days&) {
  const std::vector<int> stems = dice.order(static_cast<int>(kBegin.size() * kEnd.size()));
  const std::vector<int> places = dice.order(static_cast<int>(plans.size()));
  std::size_t at = 0;
  for (const Country& country : kCountries) {
    for (int i = 0; i < country.accounts && at < places.size(); ++i) {
      plans[static_cast<std::size_t>(places[at++])].country = country.code;
    }
  }
  for (Plan& plan : plans) {
    if (plan.story == 3) plan.country = "DE";  // its clock stands on German business hours
    const auto stem = static_cast<std::size_t>(stems[static_cast<std::size_t>(plan.number - 1)]);
    const Country& country = country_of(plan.country);
    const auto sector = static_cast<std::size_t>(plan.sector);
    plan.name = fmt::format("{}{} {}{}", kBegin[stem % kBegin.size()], kEnd[stem / kBegin.size()],
                            dice.pick(kSectorWords[sector]),
                            plan.value_minor >= 4'000'000 ? country.forms[1] : country.forms[0]);
    add_contacts(plan, dice);
  }
}

}  // namespace tenure::book
