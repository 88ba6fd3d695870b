// apps/book/internal/way.h
//
// The way from the systems that know to Kafka: delays, repeats and broken bytes.
#pragma once

#include "apps/book/book.h"
#include "apps/book/internal/desk.h"

#include <vector>

namespace tenure::book {

/// Deliveries by rising arrival. `drafts` is consumed.
std::vector<Delivery> send_all(std::vector<Draft> drafts, const BookOptions& options,
                               const Days& days);

}  // namespace tenure::book
