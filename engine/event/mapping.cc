#include "engine/event/mapping.h"

#include "engine/event/event.h"
#include "engine/event/internal/draft.h"
#include "engine/event/internal/envelope.h"
#include "engine/event/internal/json.h"
#include "engine/event/internal/mapping_plan.h"
#include "engine/event/internal/payload_builder.h"
#include "tenure/event/v1/common.pb.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tenure {

using internal::Coercion;
using internal::EventDraft;
using internal::EventRule;
using internal::kAheadMax;
using internal::MappingPlan;
using internal::Reason;
using internal::Refusal;
using internal::refuse;
using internal::ValueRule;

namespace {

Refusal no_number(const ValueRule& rule) {
  return refuse(Reason::kUnreadable,
                fmt::format("{}: not a number as the mapping wants it", rule.name));
}

// What a coercion leaves: an integer's digits, "true", "false", or a time as RFC 3339.
Refusal coerce(const ValueRule& rule, std::string& value) {
  std::int64_t number = 0;
  switch (rule.as) {
    case Coercion::kText:
    case Coercion::kBool: return {};
    case Coercion::kInt:
      if (!internal::read_decimal(value, 0, number)) return no_number(rule);
      break;
    case Coercion::kMilli:
      if (!internal::read_decimal(value, 3, number)) return no_number(rule);
      break;
    case Coercion::kMinor:
      if (!internal::read_decimal(value, internal::minor_digits(rule.currency), number))
        return no_number(rule);
      break;
    case Coercion::kTime: {
      const auto instant = internal::read_time(rule.time, value);
      if (!instant || *instant < kEarliestInstant || *instant > kLatestInstant)
        return refuse(Reason::kUnreadable,
                      fmt::format("{}: not a time in the mapping's format", rule.name));
      value = to_string(*instant);
      return {};
    }
  }
  value = fmt::format("{}", number);
  return {};
}

Refusal text_of(const std::optional<ValueRule>& rule, const MappingRow& row, std::string& out) {
  bool present = false;
  if (rule) TENURE_ADMIT(internal::evaluate(*rule, row, out, present));
  if (!present) out.clear();
  return {};
}

Refusal instant_of(const std::optional<ValueRule>& rule, const MappingRow& row,
                   std::optional<Instant>& out) {
  std::string text;
  TENURE_ADMIT(text_of(rule, row, text));
  if (text.empty()) return {};
  const auto instant = internal::read_time(rule->time, text);
  if (!instant)
    return refuse(Reason::kUnreadable,
                  fmt::format("{}: not a time in the mapping's format", rule->name));
  out = *instant;
  return {};
}

template <class T>
Refusal number_of(const std::optional<ValueRule>& rule, const MappingRow& row, T& out) {
  std::string text;
  TENURE_ADMIT(text_of(rule, row, text));
  if (text.empty()) return {};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return no_number(*rule);
  return {};
}

Refusal set_target(const internal::PayloadTarget& target, const MappingRow& row,
                   google::protobuf::Message& payload) {
  std::string value;
  bool present = false;
  TENURE_ADMIT(internal::evaluate(target.value, row, value, present));
  if (!present) return {};
  TENURE_ADMIT(coerce(target.value, value));
  google::protobuf::Message* message = &payload;
  for (std::size_t k = 0; k + 1 < target.path.size(); ++k)
    message = message->GetReflection()->MutableMessage(message, target.path[k]);
  const auto* field = target.path.back();
  if (target.value.as != Coercion::kMinor)
    return internal::set_from_text(*message, *field, value, target.value.name);
  auto& money =
      static_cast<event::v1::Money&>(*message->GetReflection()->MutableMessage(message, field));
  money.set_currency(target.value.currency);
  return internal::set_from_text(money, *money.GetDescriptor()->FindFieldByName("amount_minor"),
                                 value, target.value.name);
}

Refusal set_payload(const EventRule& rule, const MappingRow& row, EventDraft& draft) {
  thread_local internal::PayloadBuilder builder;
  draft.type = rule.type;
  if (rule.type == EventType::kActivityRecorded) {
    std::vector<std::pair<std::string, std::string>> attributes;
    for (const ValueRule& attribute : rule.attributes) {
      std::string value;
      bool present = false;
      TENURE_ADMIT(internal::evaluate(attribute, row, value, present));
      if (!present) continue;
      TENURE_ADMIT(coerce(attribute, value));
      attributes.emplace_back(attribute.name, std::move(value));
    }
    TENURE_ADMIT(builder.record_activity(rule.activity, std::move(attributes)));
  } else {
    auto& payload = builder.start(rule.type);
    for (const auto& target : rule.set) TENURE_ADMIT(set_target(target, row, payload));
  }
  builder.finish(draft.payload);
  return {};
}

Refusal set_identity(const MappingPlan& plan, const MappingRow& row, const MappingContext& context,
                     EventDraft& draft) {
  TENURE_ADMIT(text_of(plan.source, row, draft.source));
  if (draft.source.empty()) draft.source = context.source;
  if (draft.source == "tenure" || draft.source.starts_with("tenure/"))
    return refuse(Reason::kNotAllowed,
                  "source: 'tenure' names the engine itself; use another name");
  TENURE_ADMIT(text_of(plan.id, row, draft.id));
  // A row without the id that its mapping promises would change its identity with its place.
  if (draft.id.empty() && plan.id)
    return refuse(Reason::kIncomplete,
                  "id: missing in the row; every row of this mapping needs it");
  if (draft.id.empty()) draft.id = context.fallback_id;
  std::string account;
  TENURE_ADMIT(text_of(plan.account, row, account));
  TENURE_ADMIT(text_of(plan.subject, row, draft.subject));
  if (account.empty() && !plan.account)
    account = draft.subject.empty() ? context.account : draft.subject;
  if (account.empty())
    return refuse(
        Reason::kNoAccount,
        "account: missing in the row, empty, or no single value; no account can be named");
  draft.accounts.push_back(std::move(account));
  return {};
}

Refusal set_times(const MappingPlan& plan, const MappingRow& row, const MappingContext& context,
                  EventDraft& draft) {
  TENURE_ADMIT(instant_of(plan.occurred_at, row, draft.occurred_at));
  if (!draft.occurred_at) {
    if (context.appended_at == Instant{})
      return refuse(Reason::kIncomplete, "occurred_at: missing in the row");
    draft.occurred_at = context.appended_at;
  }
  if (*draft.occurred_at > context.now + kAheadMax)
    return refuse(Reason::kFuture,
                  "occurred_at: more than five minutes ahead of the clock; correct "
                  "the source or the mapping's zone");
  TENURE_ADMIT(instant_of(plan.known_at, row, draft.known_at));
  TENURE_ADMIT(number_of(plan.ordinal, row, draft.ordinal));
  return number_of(plan.revision, row, draft.revision);
}

Refusal set_people(const MappingPlan& plan, const MappingRow& row, EventDraft& draft) {
  TENURE_ADMIT(text_of(plan.actor, row, draft.actor));
  for (const internal::PersonRule& rule : plan.persons) {
    internal::DraftPerson person;
    bool present = false;
    TENURE_ADMIT(internal::evaluate(rule.id, row, person.id, present));
    if (!present) continue;
    TENURE_ADMIT(text_of(rule.name, row, person.name));
    person.side = rule.side;
    draft.persons.push_back(std::move(person));
  }
  return {};
}

MappingOutcome refused(Refusal refusal) {
  return {MappingOutcome::Kind::kRefused, static_cast<std::uint8_t>(refusal.reason),
          std::move(refusal.message)};
}

}  // namespace

std::optional<std::string_view> CsvRow::find(std::string_view field, std::string&) const {
  const auto at = std::find(header_.begin(), header_.end(), field);
  const auto column = static_cast<std::size_t>(at - header_.begin());
  if (column >= std::min(header_.size(), cells_.size()) || cells_[column].empty())
    return std::nullopt;
  return cells_[column];
}

struct JsonRow::Impl {
  internal::JsonReader reader;
  simdjson::dom::element root;
  bool read = false;
};

JsonRow::JsonRow() : impl_(std::make_unique<Impl>()) {}
JsonRow::~JsonRow() = default;

Result<void> JsonRow::parse(std::string_view json) {
  impl_->read = false;
  TENURE_TRY(impl_->reader.read(json, impl_->root).as_result());
  if (impl_->root.type() != simdjson::dom::element_type::OBJECT)
    return fail(ErrorCode::kInvalid, "json: not an object; give one object a row");
  impl_->read = true;
  return ok();
}

std::optional<std::string_view> JsonRow::find(std::string_view field, std::string& scratch) const {
  if (!impl_->read) return std::nullopt;
  simdjson::dom::element at = impl_->root;
  std::string_view rest = field;
  while (!rest.empty()) {
    simdjson::dom::element next;
    const std::size_t dot = std::min(rest.find('.'), rest.size());
    if (at.type() == simdjson::dom::element_type::OBJECT) {
      if (at.get_object().value_unsafe().at_key(rest).get(next) == simdjson::SUCCESS) {
        at = next;
        break;
      }
      if (at.get_object().value_unsafe().at_key(rest.substr(0, dot)).get(next) != simdjson::SUCCESS)
        return std::nullopt;
    } else if (at.type() == simdjson::dom::element_type::ARRAY) {
      std::size_t index = 0;
      const auto [end, error] = std::from_chars(rest.data(), rest.data() + dot, index);
      if (error != std::errc() || end != rest.data() + dot ||
          at.get_array().value_unsafe().at(index).get(next) != simdjson::SUCCESS)
        return std::nullopt;
    } else {
      return std::nullopt;
    }
    at = next;
    rest.remove_prefix(std::min(dot + 1, rest.size()));
  }
  std::string_view text;
  if (!internal::scalar_text(at, scratch, text) || text.empty()) return std::nullopt;
  return text;
}

struct Mapping::Impl {
  MappingPlan plan;
};

Mapping::Mapping(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Mapping::~Mapping() = default;

Result<std::shared_ptr<const Mapping>> Mapping::load(std::string_view yaml,
                                                     std::string_view file_name) {
  TENURE_TRY_ASSIGN(MappingPlan plan, internal::load_mapping(yaml, file_name));
  auto impl = std::make_unique<Impl>();
  impl->plan = std::move(plan);
  return std::shared_ptr<const Mapping>(new Mapping(std::move(impl)));
}

MappingOutcome Mapping::map(const MappingRow& row, const MappingContext& context,
                            std::string& envelope) const {
  const MappingPlan& plan = impl_->plan;
  envelope.clear();
  const auto rule = std::find_if(plan.events.begin(), plan.events.end(),
                                 [&](const EventRule& r) { return internal::holds(r.when, row); });
  if (rule == plan.events.end())
    return refused(refuse(Reason::kUnreadable, "events: no rule of the mapping fits the row"));
  if (rule->skip) return {MappingOutcome::Kind::kSkipped, 0, *rule->skip};
  thread_local EventDraft draft;
  draft.clear();
  if (auto bad = set_identity(plan, row, context, draft); bad) return refused(std::move(bad));
  if (auto bad = set_times(plan, row, context, draft); bad) return refused(std::move(bad));
  if (auto bad = set_people(plan, row, draft); bad) return refused(std::move(bad));
  if (auto bad = set_payload(*rule, row, draft); bad) return refused(std::move(bad));
  internal::write_envelope(draft, context.person_key, envelope);
  Event event;
  if (auto bad = internal::read_envelope(envelope, event); bad) {
    envelope.clear();
    return refused(std::move(bad));
  }
  return {};
}

const std::vector<std::string>& Mapping::fields() const { return impl_->plan.fields; }

}  // namespace tenure
