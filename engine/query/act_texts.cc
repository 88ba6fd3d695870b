#include "engine/query/act_texts.h"

#include "engine/base/text.h"

#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace tenure {
namespace {

Error bad(std::string_view field, std::string_view what) {
  return fail(ErrorCode::kInvalid, fmt::format("{}: {}", field, what));
}

// Of a well-formed character.
std::uint32_t code_of(std::string_view character) {
  const auto lead = static_cast<std::uint8_t>(character[0]);
  if (character.size() == 1) return lead;
  std::uint32_t code = lead & (0x7FU >> character.size());
  for (const char c : character.substr(1)) code = code << 6 | (static_cast<std::uint8_t>(c) & 0x3F);
  return code;
}

bool is_blank(std::uint32_t code) {
  return code == ' ' || (code >= 0x09 && code <= 0x0D) || code == 0x85 || code == 0xA0 ||
         (code >= 0x2000 && code <= 0x200F) || code == 0x2028 || code == 0x2029 || code == 0x202F ||
         code == 0x205F || code == 0x2060 || code == 0x3000 || code == 0xFEFF;
}

// C0, delete, C1, and what shows other text in another order than it is stored in. The marks of
// one direction, which Arabic and Hebrew texts need, turn nothing.
bool is_control(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F) || (code >= 0x202A && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069);
}

bool is_line_layout(std::uint32_t code) { return code == '\n' || code == '\r' || code == '\t'; }

Result<void> check_text(std::string_view text, std::string_view field, TextBytes bytes,
                        bool lines) {
  if (text.size() < bytes.min || text.size() > bytes.max)
    return bad(field, fmt::format("must have {} to {} bytes", bytes.min, bytes.max));
  if (first_not_utf8(text) != std::string_view::npos) return bad(field, "is not UTF-8");
  bool blank = !text.empty();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t width = character_bytes(text.substr(at));
    const std::uint32_t code = code_of(text.substr(at, width));
    if (is_control(code) && !(lines && is_line_layout(code)))
      return bad(field,
                 fmt::format("holds the control character U+{:04X} at byte {}; take it out{}", code,
                             at, lines ? "" : ", it is one line of text"));
    blank = blank && is_blank(code);
    at += width;
  }
  if (blank) return bad(field, "holds blanks only; say something, or leave it out");
  return ok();
}

}  // namespace

Result<void> check_line(std::string_view text, std::string_view field, TextBytes bytes) {
  return check_text(text, field, bytes, false);
}

Result<void> check_lines(std::string_view text, std::string_view field, TextBytes bytes) {
  return check_text(text, field, bytes, true);
}

Result<void> check_act_id(std::string_view id) {
  constexpr std::size_t kIdBytesMax = 128;
  if (id.empty() || id.size() > kIdBytesMax)
    return bad("id", "give the act an id of your own, 1 to 128 bytes; repeating it is one act");
  return check_line(id, "id", {1, kIdBytesMax});
}

Result<void> check_actor(std::string_view actor, std::string_view does) {
  if (actor.empty()) return bad("actor", fmt::format("say who {}", does));
  return check_line(actor, "actor", {1, 200});
}

}  // namespace tenure
