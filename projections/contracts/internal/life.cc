#include "projections/contracts/internal/life.h"

#include "engine/base/hash.h"
#include "tenure/event/v1/event.pb.h"

#include <algorithm>

namespace tenure::contracts {
namespace {

namespace pb = event::v1;

constexpr std::int32_t kNoticeDaysMax = 3650;
constexpr std::int32_t kTermMonthsMax = 1200;
constexpr std::int32_t kTermMonthsUsual = 12;

/// The amount, if it is in the main currency (the first amount makes it so), else `otherwise`.
std::int64_t main_minor(ContractsFacts& facts, const pb::Money& money, std::int64_t otherwise) {
  const Currency currency = make_currency(money.currency());
  if (view(currency).empty()) return otherwise;
  if (view(facts.currency).empty()) facts.currency = currency;
  return currency == facts.currency ? clamp_amount(money.amount_minor()) : otherwise;
}

ContractRecord* find(ContractsFacts& facts, std::string_view id, bool subscription) {
  id = CompactText::cut(id);
  auto* found = std::find_if(facts.contracts.begin(), facts.contracts.end(), [&](const auto& one) {
    return one.subscription == subscription && one.id.view() == id;
  });
  return found == facts.contracts.end() ? nullptr : found;
}

ContractRecord* find_or_add(ContractsFacts& facts, std::string_view id, bool subscription) {
  if (ContractRecord* found = find(facts, id, subscription)) return found;
  if (facts.contracts.size() >= kContractsMax) {
    auto* over = std::find_if(facts.contracts.begin(), facts.contracts.end(),
                              [](const ContractRecord& one) { return one.over; });
    if (over == facts.contracts.end()) return nullptr;
    facts.contracts.erase(over);
  }
  ContractRecord contract;
  contract.id.set(id);
  contract.subscription = subscription;
  return &facts.contracts.push_back(std::move(contract));
}

void fold_signed(ContractsFacts& facts, const pb::ContractSigned& terms) {
  ContractRecord* contract = find_or_add(facts, terms.contract(), false);
  if (contract == nullptr) return;
  contract->starts_at = clamp_instant(terms.starts_at_us());
  contract->ends_at =
      terms.ends_at_us() == 0 ? Instant::never() : clamp_instant(terms.ends_at_us());
  contract->renewed_at = Instant::always();
  contract->minor = main_minor(facts, terms.annual_value(), 0);
  contract->notice_days =
      static_cast<std::int16_t>(std::clamp(terms.notice_days(), 0, kNoticeDaysMax));
  contract->term_months = static_cast<std::int16_t>(
      terms.term_months() <= 0 ? kTermMonthsUsual : std::min(terms.term_months(), kTermMonthsMax));
  contract->auto_renew = terms.auto_renew();
  contract->notice_given = false;
  contract->over = false;
}

void fold_renewed(ContractsFacts& facts, const Event& event) {
  const auto& renewed = event.read<pb::ContractRenewed>();
  ContractRecord* contract = find(facts, renewed.contract(), false);
  if (contract == nullptr) return;
  if (renewed.ends_at_us() != 0) contract->ends_at = clamp_instant(renewed.ends_at_us());
  if (renewed.has_annual_value())
    contract->minor = main_minor(facts, renewed.annual_value(), contract->minor);
  contract->renewed_at = event.occurred_at;
  contract->notice_given = false;
  contract->over = false;
}

void fold_amended(ContractsFacts& facts, const pb::ContractAmended& amended) {
  ContractRecord* contract = find(facts, amended.contract(), false);
  if (contract == nullptr) return;
  if (amended.ends_at_us() != 0) contract->ends_at = clamp_instant(amended.ends_at_us());
  if (amended.has_annual_value())
    contract->minor = main_minor(facts, amended.annual_value(), contract->minor);
}

void fold_notice(ContractsFacts& facts, const Event& event) {
  const auto& notice = event.read<pb::ContractNoticeGiven>();
  ContractRecord* contract = find(facts, notice.contract(), false);
  if (contract == nullptr) return;
  contract->notice_given = true;
  if (notice.ends_at_us() != 0) {
    contract->ends_at = clamp_instant(notice.ends_at_us());
  } else if (contract->ends_at == Instant::never()) {  // rolling: it runs on for the notice period
    contract->ends_at = event.occurred_at + contract->notice_days * kDay;
  }
}

template <class Terms>
void fold_subscribed(ContractsFacts& facts, const Terms& terms, Instant at) {
  ContractRecord* contract = find(facts, terms.subscription(), true);
  if (contract == nullptr) {
    contract = find_or_add(facts, terms.subscription(), true);
    if (contract == nullptr) return;
    contract->starts_at = at;
  }
  contract->minor = main_minor(facts, terms.annual_value(), 0);
  contract->over = false;
}

void set_over(ContractsFacts& facts, const std::string& id, bool subscription, bool over) {
  if (ContractRecord* contract = find(facts, id, subscription)) contract->over = over;
}

InvoiceRecord* place_of(ContractsFacts& facts, std::string_view id) {
  return std::lower_bound(
      facts.invoices.begin(), facts.invoices.end(), CompactText::cut(id),
      [](const InvoiceRecord& one, std::string_view wanted) { return one.id.view() < wanted; });
}

void fold_issued(ContractsFacts& facts, const pb::InvoiceIssued& issued) {
  ++facts.invoices_issued;
  auto* settled = std::find(facts.settled_ahead.begin(), facts.settled_ahead.end(),
                            fast_hash64(issued.invoice()));
  if (settled != facts.settled_ahead.end()) return facts.settled_ahead.erase(settled);
  InvoiceRecord* place = place_of(facts, issued.invoice());
  const bool known =
      place != facts.invoices.end() && place->id.view() == CompactText::cut(issued.invoice());
  if (!known) {
    if (facts.invoices.size() >= kInvoicesMax) return;
    InvoiceRecord invoice;
    invoice.id.set(issued.invoice());
    place = facts.invoices.insert(place, std::move(invoice));
  }
  place->minor = main_minor(facts, issued.amount(), 0);
  place->due_at = clamp_instant(issued.due_at_us());
}

void settle(ContractsFacts& facts, const std::string& id) {
  InvoiceRecord* place = place_of(facts, id);
  if (place != facts.invoices.end() && place->id.view() == CompactText::cut(id))
    return facts.invoices.erase(place);
  if (facts.settled_ahead.size() >= kSettledAheadMax)
    facts.settled_ahead.erase(facts.settled_ahead.begin());
  facts.settled_ahead.push_back(fast_hash64(id));
}

}  // namespace

void fold_contract(ContractsFacts& facts, const Event& event) {
  switch (event.type) {
    case EventType::kContractSigned: return fold_signed(facts, event.read<pb::ContractSigned>());
    case EventType::kContractRenewed: return fold_renewed(facts, event);
    case EventType::kContractAmended: return fold_amended(facts, event.read<pb::ContractAmended>());
    case EventType::kContractNoticeGiven: return fold_notice(facts, event);
    case EventType::kContractTerminated:
      return set_over(facts, event.read<pb::ContractTerminated>().contract(), false, true);
    case EventType::kSubscriptionStarted:
      return fold_subscribed(facts, event.read<pb::SubscriptionStarted>(), event.occurred_at);
    case EventType::kSubscriptionUpgraded:
      return fold_subscribed(facts, event.read<pb::SubscriptionUpgraded>(), event.occurred_at);
    case EventType::kSubscriptionDowngraded:
      return fold_subscribed(facts, event.read<pb::SubscriptionDowngraded>(), event.occurred_at);
    case EventType::kSubscriptionCancelled:
      return set_over(facts, event.read<pb::SubscriptionCancelled>().subscription(), true, true);
    case EventType::kSubscriptionReactivated:
      return set_over(facts, event.read<pb::SubscriptionReactivated>().subscription(), true, false);
    default: return;
  }
}

void fold_invoice(ContractsFacts& facts, const Event& event) {
  switch (event.type) {
    case EventType::kInvoiceIssued: return fold_issued(facts, event.read<pb::InvoiceIssued>());
    case EventType::kInvoicePaid:
      ++facts.invoices_paid;
      return settle(facts, event.read<pb::InvoicePaid>().invoice());
    case EventType::kInvoiceWrittenOff:
      ++facts.invoices_written_off;
      return settle(facts, event.read<pb::InvoiceWrittenOff>().invoice());
    default: return;
  }
}

const std::string& invoice_of(const Event& event) {
  static const std::string none;
  switch (event.type) {
    case EventType::kInvoiceIssued: return event.read<pb::InvoiceIssued>().invoice();
    case EventType::kInvoicePaid: return event.read<pb::InvoicePaid>().invoice();
    case EventType::kInvoiceOverdue: return event.read<pb::InvoiceOverdue>().invoice();
    case EventType::kInvoiceWrittenOff: return event.read<pb::InvoiceWrittenOff>().invoice();
    default: return none;
  }
}

}  // namespace tenure::contracts
