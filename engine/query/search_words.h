// engine/query/search_words.h
//
// How texts are searched: in any case of ASCII letters, word by word.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tenure {

std::string lower_case(std::string_view text);
/// The words of what somebody typed, in lower case.
std::vector<std::string> search_words(std::string_view text);
/// True when every word stands somewhere in `lowered`.
bool has_words(std::string_view lowered, const std::vector<std::string>& words);

}  // namespace tenure
