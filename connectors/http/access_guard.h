// connectors/http/access_guard.h
//
// Asks callers who they are: by a token in Authorization, or by the cookie of a session that a
// token began.
//
// Path:     HttpRoutes -> [AccessGuard] -> handlers
// Order:    rates, then the token, then its role. What is refused is noted in the audit.
// Threads:  any; the audit's sync is waited for.
// Limits:   AccessOptions; docs/limits.md, "HTTP". Sessions are in memory: a restart ends them.
#pragma once

#include "connectors/http/access.h"
#include "connectors/http/audit_log.h"
#include "connectors/http/http_message.h"
#include "connectors/http/http_routes.h"
#include "engine/base/hash.h"
#include "engine/base/time.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tenure {

/// One line of the token file.
struct AccessToken {
  std::string id;  // 1 to 32 of a-z, 0-9 and -
  Sha256 hash{};   // of the whole token as it is sent
  Role role = Role::kReader;
  std::string name;
};

/// A new token, "tenure_<id>_<64 hex digits>", of 256 random bits.
std::string make_token(std::string_view id);
std::string make_token_id();

struct AccessOptions {
  std::uint32_t requests_per_second_max = 200;  // of one token; as many may come at once
  std::uint32_t failures_max = 10;              // of one address, or of one token's role
  Duration failures_within = std::chrono::minutes(1);
  std::size_t addresses_max = 4096;  // that failed lately; further ones are counted as one
  std::size_t sessions_max = 1000;
  std::size_t sessions_of_token_max = 50;  // the one that ends first makes room
  Duration session_life = std::chrono::hours(12);
  bool secure = false;                           // TLS: the cookie is sent over nothing else
  std::function<std::int64_t()> steady_us = {};  // for tests; empty = the machine's
};

class AccessGuard final {
 public:
  /// `audit` may be null.
  AccessGuard(std::vector<AccessToken> tokens, AccessOptions options,
              std::shared_ptr<AuditLog> audit);
  ~AccessGuard();

  /// Fills `caller`, or gives the answer that refuses: 401, 403, 429 as the protocol writes it.
  [[nodiscard]] std::optional<HttpResponse> admit(const HttpRequest& request, Access access,
                                                  CallerPtr& caller);
  /// POST, GET and DELETE /session. show_session() says so when nobody is signed in.
  [[nodiscard]] HttpResponse begin_session(const HttpRequest& request);
  [[nodiscard]] HttpResponse show_session(const HttpRequest& request);
  [[nodiscard]] HttpResponse end_session(const HttpRequest& request);

 private:
  struct Known;  // a token, and how fast it comes
  struct Session {
    Known* token = nullptr;
    std::int64_t until_us = 0;
  };
  struct Failures {
    std::int64_t since_us = 0;
    std::uint32_t count = 0;
  };
  enum class Pace { kFine, kLast, kTooFast };  // kLast: the first that is one too many

  [[nodiscard]] std::int64_t now_us() const;
  Known* token_of(std::string_view sent);
  Known* session_token(const HttpRequest& request);
  [[nodiscard]] std::string_view cookie() const;  // its name, with "="
  void set_cookie(const std::string& id, Duration life, HttpResponse& response) const;
  Pace count_failure(const std::string& who);  // with the lock
  bool within_rate(Known& token);              // with the lock
  void make_room(const Known& token);          // with the lock
  std::optional<HttpResponse> identify(const HttpRequest& request, Known*& token);
  HttpResponse refuse_token(const HttpRequest& request);
  HttpResponse refuse_role(const HttpRequest& request, const Known& token, Access access);
  void note(const Caller* caller, const std::string& path, const std::string& result);

  const AccessOptions options_;
  const std::shared_ptr<AuditLog> audit_;
  std::map<std::string, std::unique_ptr<Known>, std::less<>> tokens_;  // by id
  std::mutex mutex_;                                                   // guards what follows
  std::map<Sha256, Session> sessions_;                                 // by the hash of their id
  std::map<std::string, Failures> failures_;                           // by address or token
};

/// /session. Without a guard it says that nobody needs to sign in. `guard` outlives `routes`.
void add_session_routes(AccessGuard* guard, HttpRoutes& routes);

}  // namespace tenure
