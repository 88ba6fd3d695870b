// projections/contracts/internal/life.h
//
// What events do to contracts, subscriptions and invoices.
#pragma once

#include "projections/contracts/contracts.h"

#include <string>

namespace tenure::contracts {

inline constexpr std::size_t kContractsMax = 64;
inline constexpr std::size_t kInvoicesMax = 256;
inline constexpr std::size_t kSettledAheadMax = 16;

void fold_contract(ContractsFacts& facts, const Event& event);
void fold_invoice(ContractsFacts& facts, const Event& event);

inline bool is_invoice(EventType type) { return static_cast<int>(type) >= 350; }
/// The invoice that an invoice event is about.
const std::string& invoice_of(const Event& event);

}  // namespace tenure::contracts
