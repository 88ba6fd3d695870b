// apps/tenure/token_file.h
//
// The file that http.tokens names: who may ask the server, by the hash of a token each.
//
//   tokens:
//     - {id: ab12cd34, sha256: <64 hex digits>, role: manager, name: "Ana Prado"}
//
// Errors: kInvalid with "file:line:column: what, and what to do"; or others may read the file.
#pragma once

#include "connectors/http/access_guard.h"
#include "engine/base/result.h"

#include <string>
#include <vector>

namespace tenure {

Result<std::vector<AccessToken>> load_tokens(const std::string& file);

/// Whether a name or an id may stand in the file.
Result<void> check_token_name(const std::string& name);
Result<void> check_token_id(const std::string& id);

/// The line of a token, with its line break.
std::string token_line(const AccessToken& token);

}  // namespace tenure
