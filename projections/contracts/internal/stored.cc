// The stored and the shown form of the facts of contracts.
#include "engine/projection/stored_limits.h"
#include "projections/contracts/contracts.h"
#include "tenure/state/v1/contracts.pb.h"

#include <boost/json.hpp>

namespace tenure {
namespace {

namespace stored_pb = ::tenure::state::v1;

void write(const ContractRecord& contract, stored_pb::StoredContract& one) {
  one.set_id(std::string(contract.id.view()));
  one.set_subscription(contract.subscription);
  one.set_starts_at_us(contract.starts_at.us);
  if (contract.ends_at != Instant::never()) one.set_ends_at_us(contract.ends_at.us);
  one.set_notice_days(contract.notice_days);
  one.set_term_months(contract.term_months);
  one.set_auto_renew(contract.auto_renew);
  one.set_notice_given(contract.notice_given);
  one.set_over(contract.over);
  one.set_minor(contract.minor);
  if (contract.renewed_at != Instant::always()) one.set_renewed_at_us(contract.renewed_at.us);
}

ContractRecord read(const stored_pb::StoredContract& one) {
  ContractRecord contract;
  contract.id.set(one.id());
  contract.subscription = one.subscription();
  contract.starts_at = {one.starts_at_us()};
  if (one.has_ends_at_us()) contract.ends_at = {one.ends_at_us()};
  contract.notice_days = static_cast<std::int16_t>(one.notice_days());
  contract.term_months = static_cast<std::int16_t>(one.term_months());
  contract.auto_renew = one.auto_renew();
  contract.notice_given = one.notice_given();
  contract.over = one.over();
  contract.minor = one.minor();
  if (one.has_renewed_at_us()) contract.renewed_at = {one.renewed_at_us()};
  return contract;
}

bool is_kept(const stored_pb::ContractsFacts& stored) {
  StoredLimits limits;
  for (const auto& one : stored.contracts()) {
    limits.instant(one.starts_at_us()).instant(one.ends_at_us()).instant(one.renewed_at_us());
    limits.at_most(static_cast<std::uint64_t>(one.notice_days()), INT16_MAX);
    limits.at_most(static_cast<std::uint64_t>(one.term_months()) - 1, INT16_MAX - 1);
    limits.amount(one.minor());
  }
  for (const auto& one : stored.invoices()) limits.amount(one.minor()).instant(one.due_at_us());
  return limits.kept();
}

boost::json::object show(const ContractRecord& contract) {
  boost::json::object one;
  one["contract"] = contract.id.view();
  one["kind"] = contract.subscription ? "subscription" : "contract";
  one["starts_at"] = to_string(contract.starts_at);
  if (contract.ends_at != Instant::never()) one["ends_at"] = to_string(contract.ends_at);
  one["notice_days"] = contract.notice_days;
  one["term_months"] = contract.term_months;
  one["auto_renew"] = contract.auto_renew;
  one["notice_given"] = contract.notice_given;
  one["over"] = contract.over;
  one["annual_minor"] = contract.minor;
  return one;
}

}  // namespace

void ContractsProjection::encode(const Facts& facts, std::string& bytes) {
  stored_pb::ContractsFacts stored;
  stored.set_currency(std::string(view(facts.currency)));
  for (const ContractRecord& contract : facts.contracts) write(contract, *stored.add_contracts());
  for (const InvoiceRecord& invoice : facts.invoices) {
    auto* one = stored.add_invoices();
    one->set_id(std::string(invoice.id.view()));
    one->set_minor(invoice.minor);
    one->set_due_at_us(invoice.due_at.us);
  }
  for (const std::uint64_t key : facts.settled_ahead) stored.add_settled_ahead(key);
  stored.set_invoices_issued(facts.invoices_issued);
  stored.set_invoices_paid(facts.invoices_paid);
  stored.set_invoices_written_off(facts.invoices_written_off);
  stored.AppendToString(&bytes);
}

Result<ContractsFacts> ContractsProjection::decode(std::string_view bytes) {
  stored_pb::ContractsFacts stored;
  if (!stored.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !is_kept(stored))
    return fail(ErrorCode::kCorrupt,
                "stored facts of contracts cannot be read; delete the state, it is folded again");
  Facts facts;
  facts.currency = make_currency(stored.currency());
  for (const auto& one : stored.contracts()) facts.contracts.push_back(read(one));
  for (const auto& one : stored.invoices()) {
    InvoiceRecord invoice;
    invoice.id.set(one.id());
    invoice.minor = one.minor();
    invoice.due_at = {one.due_at_us()};
    facts.invoices.push_back(std::move(invoice));
  }
  for (const std::uint64_t key : stored.settled_ahead()) facts.settled_ahead.push_back(key);
  facts.invoices_issued = static_cast<std::uint32_t>(stored.invoices_issued());
  facts.invoices_paid = static_cast<std::uint32_t>(stored.invoices_paid());
  facts.invoices_written_off = static_cast<std::uint32_t>(stored.invoices_written_off());
  return facts;
}

std::string ContractsProjection::describe(const Facts& facts) {
  boost::json::object told;
  told["currency"] = view(facts.currency);
  boost::json::array contracts;
  for (const ContractRecord& contract : facts.contracts) contracts.push_back(show(contract));
  told["contracts"] = std::move(contracts);
  boost::json::array invoices;
  for (const InvoiceRecord& invoice : facts.invoices) {
    boost::json::object one;
    one["invoice"] = invoice.id.view();
    one["amount_minor"] = invoice.minor;
    one["due_at"] = to_string(invoice.due_at);
    invoices.push_back(std::move(one));
  }
  told["unpaid"] = std::move(invoices);
  told["invoices_issued"] = facts.invoices_issued;
  told["invoices_paid"] = facts.invoices_paid;
  told["invoices_written_off"] = facts.invoices_written_off;
  return boost::json::serialize(told);
}

}  // namespace tenure
