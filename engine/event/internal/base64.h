// Base64 as CloudEvents' data_base64 has it.
#pragma once

#include <string>
#include <string_view>

namespace tenure::internal {

/// Reads standard base64 with padding into `out`; false when it is none.
bool decode_base64(std::string_view text, std::string& out);

}  // namespace tenure::internal
