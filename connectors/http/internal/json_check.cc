#include "connectors/http/internal/json_check.h"

#include <boost/json/basic_parser_impl.hpp>

#include <set>
#include <string>
#include <vector>

namespace tenure::internal {
namespace {

namespace json = boost::json;
using Failed = boost::system::error_code;

// Sees every piece of a text; keeps the keys of the objects that are open. Names are the parser's.
struct KeyWatch {
  // NOLINTBEGIN(readability-identifier-naming)
  static constexpr std::size_t max_object_size = kJsonKeysMax;
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = 1024;
  static constexpr std::size_t max_string_size = std::size_t(-1);
  // NOLINTEND(readability-identifier-naming)

  std::vector<std::set<std::string, std::less<>>> open;
  std::string key;
  bool repeated = false;

  bool on_document_begin(Failed&) { return true; }
  bool on_document_end(Failed&) { return true; }
  bool on_array_begin(Failed&) { return true; }
  bool on_array_end(std::size_t, Failed&) { return true; }
  bool on_object_begin(Failed&) {
    open.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, Failed&) {
    open.pop_back();
    return true;
  }
  bool on_string_part(json::string_view, std::size_t, Failed&) { return true; }
  bool on_string(json::string_view, std::size_t, Failed&) { return true; }
  bool on_key_part(json::string_view part, std::size_t, Failed&) {
    key.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view part, std::size_t, Failed& failed) {
    key.append(part.data(), part.size());
    repeated = !open.back().insert(std::move(key)).second;
    key.clear();
    if (repeated) failed = json::error::syntax;
    return !repeated;
  }
  bool on_number_part(json::string_view, Failed&) { return true; }
  bool on_int64(std::int64_t, json::string_view, Failed&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, Failed&) { return true; }
  bool on_double(double, json::string_view, Failed&) { return true; }
  bool on_bool(bool, Failed&) { return true; }
  bool on_null(Failed&) { return true; }
  bool on_comment_part(json::string_view, Failed&) { return true; }
  bool on_comment(json::string_view, Failed&) { return true; }
};

}  // namespace

Result<void> check_json(std::string_view text) {
  json::parse_options options;
  options.max_depth = kJsonDepthMax;
  json::basic_parser<KeyWatch> parser(options);
  Failed failed;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), failed);
  if (!failed && read < text.size()) failed = json::error::extra_data;
  if (!failed && text.find_first_not_of(" \t\r\n") != text.find('{'))
    return fail(ErrorCode::kInvalid,
                "the body must be one JSON object: the request's fields, or {} when it has none");
  if (!failed) return ok();
  const std::string where = " at byte " + std::to_string(read);
  if (parser.handler().repeated)
    return fail(ErrorCode::kInvalid, "the body names a key twice" + where);
  return fail(ErrorCode::kInvalid,
              "the body is no JSON that is taken: " + failed.message() + where);
}

}  // namespace tenure::internal
