// apps/tenure/money_text.h
//
// Amounts for rows that people glance at, as the dashboard shows them.
#pragma once

#include <cstdint>
#include <string>

namespace tenure {

/// "€940", "€310 k", "€1.84 M", "€12.4 M": cents, rounded once, half away from zero.
std::string money_text(std::int64_t cents);

/// Whole units of an amount in `unit_size` parts each, rounded half away from zero: "1,234".
std::string whole_units(std::int64_t amount, std::int64_t unit_size);

}  // namespace tenure
