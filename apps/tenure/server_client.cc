#include "apps/tenure/server_client.h"

#include "connectors/http/loopback_client.h"
#include "engine/query/queries.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <google/protobuf/util/json_util.h>

#include <array>
#include <string_view>
#include <utility>

namespace tenure {
namespace {

constexpr Duration kDeadline = std::chrono::seconds(10);

constexpr std::array<std::pair<std::string_view, ErrorCode>, 9> kCodes{{
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
  if (CLI::Option* directory = command.get_option_no_throw("--data"); directory != nullptr)
    option->excludes(directory);
  return option;
}

Result<void> ask_server(const std::string& server, const std::string& method,
                        const google::protobuf::Message& request,
                        google::protobuf::Message& response) {
  TENURE_TRY_ASSIGN(const LoopbackAnswer answer,
                    post_json(server, "/" + method, to_json(request), kDeadline));
  if (answer.status != 200) return error_of(answer, server);
  if (!google::protobuf::util::JsonStringToMessage(answer.body, &response).ok())
    return fail(ErrorCode::kUnavailable, "the answer of server " + server +
                                             " cannot be read; is it a Tenure of this version?");
  return ok();
}

}  // namespace tenure
