#include "apps/tenure/token_file.h"

#include "apps/tenure/config_keys.h"
#include "apps/tenure/output.h"
#include "apps/tenure/text_file.h"
#include "connectors/http/tls_files.h"
#include "engine/base/text.h"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace tenure {
namespace {

constexpr std::array<std::string_view, 1> kTop = {"tokens"};
constexpr std::array<std::string_view, 4> kKeys = {"id", "sha256", "role", "name"};
constexpr std::array<std::string_view, 5> kRoles = {"reader", "manager", "director", "operator",
                                                    "publisher"};
constexpr std::uint64_t kFileBytesMax = 1u << 20;
constexpr std::size_t kIdBytesMax = 32;
constexpr std::size_t kNameBytesMax = 200;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool read_hash(const std::string& text, Sha256& hash) {
  if (text.size() != hash.size() * 2) return false;
  for (std::size_t k = 0; k < hash.size(); ++k) {
    const int high = hex_value(text[2 * k]);
    const int low = hex_value(text[2 * k + 1]);
    if (high < 0 || low < 0) return false;
    hash[k] = static_cast<unsigned char>(high * 16 + low);
  }
  return true;
}

// Wraps what is wrong with a text in where it stands.
Error at(const YAML::Node& node, const ConfigPlace& place, const std::string& what) {
  return fail(ErrorCode::kInvalid, fmt::format("{}: {}", place.at(node.Mark()), what));
}

Result<AccessToken> read_token(const YAML::Node& node, const ConfigPlace& place) {
  TENURE_TRY(check_map(node, place, "a token", kKeys));
  for (const std::string_view key : kKeys)
    if (!node[std::string(key)]) return at(node, place, fmt::format("the token has no {}", key));
  AccessToken token;
  TENURE_TRY_ASSIGN(token.id, config_text(node["id"], place));
  TENURE_TRY_ASSIGN(token.name, config_text(node["name"], place));
  TENURE_TRY_ASSIGN(const std::size_t role, config_choice(node["role"], place, kRoles));
  TENURE_TRY_ASSIGN(const std::string hash, config_text(node["sha256"], place));
  token.role = static_cast<Role>(role);
  if (const auto good = check_token_id(token.id); !good)
    return at(node["id"], place, good.error().message);
  if (const auto good = check_token_name(token.name); !good)
    return at(node["name"], place, good.error().message);
  // The text is not shown: somebody may have put the token itself there.
  if (!read_hash(hash, token.hash))
    return at(node["sha256"], place,
              "expected the 64 small hex digits that `tenure token new` prints");
  return token;
}

Result<std::vector<AccessToken>> read_tokens(const YAML::Node& root, const ConfigPlace& place) {
  TENURE_TRY(check_map(root, place, "the token file", kTop));
  const YAML::Node list = root["tokens"];
  if (!list || !list.IsSequence() || list.size() == 0)
    return at(root, place, "expected `tokens:` and a list; `tenure token new` makes its lines");
  std::vector<AccessToken> tokens;
  std::set<std::string> ids;
  std::set<Sha256> hashes;
  for (const YAML::Node& node : list) {
    TENURE_TRY_ASSIGN(AccessToken token, read_token(node, place));
    if (!ids.insert(token.id).second)
      return at(node, place, fmt::format("id {} stands there twice; keep one", token.id));
    if (!hashes.insert(token.hash).second)
      return at(node, place, "this sha256 stands there twice: each person has a token of his own");
    tokens.push_back(std::move(token));
  }
  return tokens;
}

}  // namespace

Result<void> check_token_id(const std::string& id) {
  const bool clean = std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (clean && !id.empty() && id.size() <= kIdBytesMax) return ok();
  return fail(ErrorCode::kInvalid, fmt::format("id \"{}\": expected 1 to {} of a-z, 0-9 and -",
                                               printable(id), kIdBytesMax));
}

Result<void> check_token_name(const std::string& name) {
  const bool clean = std::all_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
  });
  if (clean && !name.empty() && name.size() <= kNameBytesMax &&
      shown_text(name, kNameBytesMax) == name)
    return ok();
  return fail(ErrorCode::kInvalid,
              fmt::format("name: expected 1 to {} bytes of UTF-8 on one line", kNameBytesMax));
}

Result<std::vector<AccessToken>> load_tokens(const std::string& file) {
  TENURE_TRY(check_secret_file(file, "the token file"));
  TENURE_TRY_ASSIGN(const std::string text, read_text_file(file, kFileBytesMax));
  const ConfigPlace place{file, true, {}};
  YAML::Node root;
  TENURE_TRY(parse_config_yaml(text, place, root));
  try {
    return read_tokens(root, place);
  } catch (const YAML::Exception& problem) {
    return fail(ErrorCode::kInvalid,
                fmt::format("{}: this is not YAML: {}", place.at(problem.mark), problem.msg));
  }
}

std::string token_line(const AccessToken& token) {
  return fmt::format("  - {{id: \"{}\", sha256: {}, role: {}, name: {}}}\n", token.id,
                     to_hex(token.hash), to_string(token.role),
                     boost::json::serialize(boost::json::string(token.name)));
}

}  // namespace tenure
