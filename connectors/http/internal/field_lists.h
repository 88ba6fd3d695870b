// connectors/http/internal/field_lists.h
//
// Header fields that are lists.
//
// Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tenure::internal {

/// Takes the first element off `list`, without the blanks around it.
std::string_view next_of_list(std::string_view& list);

/// Digits and nothing else, of 64 bits.
std::optional<std::uint64_t> whole_number(std::string_view text);

/// Whether an Accept-Encoding takes gzip.
bool takes_gzip(std::string_view accept_encoding);

/// Whether an If-None-Match names `tag`, which stands in quotes there; W/ before it is passed over.
bool names_tag(std::string_view if_none_match, std::string_view tag);

}  // namespace tenure::internal
