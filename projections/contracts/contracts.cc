#include "projections/contracts/contracts.h"

#include "projections/contracts/internal/life.h"
#include "projections/contracts/internal/term.h"

#include <algorithm>
#include <set>
#include <string>

namespace tenure {
namespace {

using contracts::Term;

// How long a renewal is news.
constexpr Duration kRenewedFor = 30 * kDay;

/// Days begun until `at`, which is not before `now`: 0 at it, 1 from a day before it.
std::int64_t days_until(Instant now, Instant at) {
  return (at.us - now.us + kDay.count() - 1) / kDay.count();
}

/// A signal of days until the nearest of some instants, which all are not before `now`.
void emit_days_until(std::size_t index, Instant nearest, Instant now, Instant valid_until,
                     SignalSink& sink) {
  if (nearest == Instant::never()) return sink.emit(index, kMissing, valid_until);
  const std::int64_t days = days_until(now, nearest);
  const Instant next = days == 0 ? valid_until : nearest - (days - 1) * kDay;
  sink.emit(index, days * 1000, std::min(next, valid_until));
}

/// What the account's contracts say together at an instant.
struct Standing {
  Instant notice_by = Instant::never();
  Instant ends_at = Instant::never();
  Instant valid_until = Instant::never();
  bool renewed = false;
  bool notice_given = false;
  std::int64_t minor = 0;
};

void add(Standing& standing, const ContractRecord& contract, Instant now) {
  const Term term = contracts::term_at(contract, now);
  standing.valid_until = std::min(standing.valid_until, term.valid_until);
  standing.notice_by = std::min(standing.notice_by, term.notice_by);
  if (now < term.ends_at && !contract.over)
    standing.ends_at = std::min(standing.ends_at, term.ends_at);
  if (term.runs) standing.minor += contract.minor;
  if (contract.notice_given && !contract.over && now < term.ends_at) standing.notice_given = true;
  if (term.renewed_at == Instant::always()) return;
  if (now < term.renewed_at + kRenewedFor) {
    standing.renewed = true;
    standing.valid_until = std::min(standing.valid_until, term.renewed_at + kRenewedFor);
  }
}

void emit_contracts(const ContractsFacts& facts, Instant now, SignalSink& sink) {
  using P = ContractsProjection;
  Standing standing;
  for (const ContractRecord& contract : facts.contracts) add(standing, contract, now);
  const Instant until = standing.valid_until;
  emit_days_until(P::kDaysToNotice, standing.notice_by, now, until, sink);
  sink.emit(P::kNoticeBy,
            standing.notice_by == Instant::never() ? kMissing : standing.notice_by.us / 1000,
            until);
  emit_days_until(P::kDaysToEnd, standing.ends_at, now, until, sink);
  sink.emit(P::kEndsAt,
            standing.ends_at == Instant::never() ? kMissing : standing.ends_at.us / 1000, until);
  const bool none = facts.contracts.empty();
  sink.emit(P::kRenewed, none ? kMissing : standing.renewed ? 1000 : 0, until);
  sink.emit(P::kNoticeGiven, none ? kMissing : standing.notice_given ? 1000 : 0, until);
  sink.emit(P::kArr, none ? kMissing : money_milli(standing.minor, facts.currency), until);
}

void emit_invoices(const ContractsFacts& facts, Instant now, SignalSink& sink) {
  using P = ContractsProjection;
  std::int64_t oldest = 0;
  std::int64_t minor = 0;
  Instant until = Instant::never();
  for (const InvoiceRecord& invoice : facts.invoices) {
    if (now < invoice.due_at) {
      until = std::min(until, invoice.due_at);
      continue;
    }
    const std::int64_t days = whole_days(invoice.due_at, now);
    oldest = std::max(oldest, days);
    minor += invoice.minor;
    sink.emit(P::kOverdue, SubjectId(invoice.id.view()), days * 1000,
              invoice.due_at + (days + 1) * kDay);
  }
  // further steps are among those of the invoices
  sink.emit(P::kDaysOverdue, oldest * 1000, until);
  sink.emit(P::kOverdueAmount, money_milli(minor, facts.currency), until);
}

}  // namespace

EventTypes ContractsProjection::consumes() {
  using enum EventType;
  return {kContractSigned,          kContractRenewed,        kContractAmended,
          kContractNoticeGiven,     kContractTerminated,     kSubscriptionStarted,
          kSubscriptionUpgraded,    kSubscriptionDowngraded, kSubscriptionCancelled,
          kSubscriptionReactivated, kInvoiceIssued,          kInvoicePaid,
          kInvoiceOverdue,          kInvoiceWrittenOff};
}

void ContractsProjection::fold(Facts& facts, const Event& event, AccountId /*self*/) {
  if (contracts::is_invoice(event.type)) return contracts::fold_invoice(facts, event);
  contracts::fold_contract(facts, event);
}

void ContractsProjection::signals(const Facts& facts, Instant now,
                                  const AccountContext& /*account*/, const Reference& /*reference*/,
                                  SignalSink& sink) {
  emit_contracts(facts, now, sink);
  emit_invoices(facts, now, sink);
}

void ContractsProjection::causes(const History& history, Instant now,
                                 const AccountContext& /*account*/, const Reference& /*reference*/,
                                 std::size_t signal, SubjectId subject, CauseSink& sink) {
  static const EventTypes consumed = consumes();
  const bool invoices = signal == kDaysOverdue || signal == kOverdue || signal == kOverdueAmount;
  std::set<std::string, std::less<>> settled;
  history.newest_first([&](const Event& event) {
    if (!consumed.has(event.type) || contracts::is_invoice(event.type) != invoices) return true;
    if (!invoices) {
      sink.add(event);  // the terms of a contract are made by all of its events
      return true;
    }
    const std::string_view id = CompactText::cut(contracts::invoice_of(event));
    if (signal == kOverdue && id != subject.text) return true;
    if (event.type == EventType::kInvoicePaid || event.type == EventType::kInvoiceWrittenOff) {
      settled.emplace(id);
    } else if (settled.count(id) == 0) {
      ContractsFacts alone;
      contracts::fold_invoice(alone, event);
      const bool issued = !alone.invoices.empty();
      if (!issued || alone.invoices.front().due_at <= now) sink.add(event);
    }
    return true;
  });
}

}  // namespace tenure
