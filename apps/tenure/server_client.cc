#include "apps/tenure/server_client.h"

#include "apps/tenure/text_file.h"
#include "connectors/http/loopback_client.h"
#include "connectors/http/tls_files.h"
#include "engine/query/queries.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace tenure {
namespace {

constexpr Duration kDeadline = std::chrono::seconds(10);

constexpr std::size_t kTokenFileBytesMax = 4096;

struct TrustFiles {
  std::string token;
  std::string ca;
};

TrustFiles& trust_files() {
  static TrustFiles files;
  return files;
}

// The token is read from a file, so that no list of processes shows it.
Result<ServerTrust> read_trust() {
  ServerTrust trust;
  trust.ca_certificate = trust_files().ca;
  const std::string& file = trust_files().token;
  if (file.empty()) return trust;
  TENURE_TRY(check_secret_file(file, "a token"));
  TENURE_TRY_ASSIGN(trust.token, read_text_file(file, kTokenFileBytesMax));
  while (!trust.token.empty() && (trust.token.back() == '\n' || trust.token.back() == '\r'))
    trust.token.pop_back();
  const bool plain = std::all_of(trust.token.begin(), trust.token.end(),
                                 [](char c) { return c > 0x20 && c < 0x7F; });
  if (plain && !trust.token.empty()) return trust;
  return fail(ErrorCode::kInvalid, file + ": expected one token and nothing else");
}

constexpr std::array<std::pair<std::string_view, ErrorCode>, 11> kCodes{{
    {"unauthenticated", ErrorCode::kInvalid},
    {"permission_denied", ErrorCode::kInvalid},
    {"invalid_argument", ErrorCode::kInvalid},
    {"not_found", ErrorCode::kNotFound},
    {"already_exists", ErrorCode::kDuplicate},
    {"resource_exhausted", ErrorCode::kOverloaded},
    {"unavailable", ErrorCode::kUnavailable},
    {"deadline_exceeded", ErrorCode::kDeadline},
    {"data_loss", ErrorCode::kCorrupt},
    {"failed_precondition", ErrorCode::kBusy},
    {"internal", ErrorCode::kUnavailable},
}};

// A Connect error, or what something else at that port said.
Error error_of(const LoopbackAnswer& answer, const std::string& server) {
  boost::system::error_code failed;
  const boost::json::value body = boost::json::parse(answer.body, failed);
  const auto* object = failed ? nullptr : body.if_object();
  const auto* code = object != nullptr ? object->if_contains("code") : nullptr;
  const auto* message = object != nullptr ? object->if_contains("message") : nullptr;
  if (code == nullptr || !code->is_string())
    return fail(ErrorCode::kUnavailable,
                "server " + server + " answered with status " + std::to_string(answer.status) +
                    " and no reason; check that `tenure serve` listens there");
  const std::string text =
      message != nullptr && message->is_string() ? std::string(message->get_string().c_str()) : "";
  const std::string_view name(code->get_string().data(), code->get_string().size());
  for (const auto& [known, ours] : kCodes)
    if (known == name) return fail(ours, text);
  return fail(ErrorCode::kUnavailable, text);
}

}  // namespace

CLI::Option* add_server_option(CLI::App& command, std::string& server, const std::string& about) {
  CLI::Option* option = command.add_option("--server", server, about)->type_name("URL");
  option->check(CLI::Validator(
      [](std::string& url) {
        const auto checked = check_server(url);
        return checked ? std::string() : checked.error().message;
      },
      {}, {}));
  // One process asks one server: every command's options fill the same place.
  command.add_option("--token-file", trust_files().token, "the file with the token for the server")
      ->type_name("FILE")
      ->envname("TENURE_TOKEN_FILE");
  command
      .add_option("--ca", trust_files().ca,
                  "the PEM file that the server's certificate is checked by")
      ->type_name("FILE")
      ->envname("TENURE_CA_FILE");
  if (CLI::Option* directory = command.get_option_no_throw("--data"); directory != nullptr)
    option->excludes(directory);
  return option;
}

Result<void> ask_server(const std::string& server, const std::string& method,
                        const google::protobuf::Message& request,
                        google::protobuf::Message& response) {
  TENURE_TRY_ASSIGN(const ServerTrust trust, read_trust());
  TENURE_TRY_ASSIGN(const LoopbackAnswer answer,
                    post_json(server, "/" + method, to_json(request), kDeadline, trust));
  if (answer.status != 200) return error_of(answer, server);
  if (!google::protobuf::util::JsonStringToMessage(answer.body, &response).ok())
    return fail(ErrorCode::kUnavailable, "the answer of server " + server +
                                             " cannot be read; is it a Tenure of this version?");
  return ok();
}

}  // namespace tenure
