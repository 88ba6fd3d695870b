#include "connectors/http/access_guard.h"

#include "connectors/http/internal/call_codec.h"
#include "engine/base/clock.h"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>

namespace tenure {
namespace {

using internal::Denial;

constexpr std::string_view kPrefix = "tenure_";
constexpr std::string_view kScheme = "Bearer ";
constexpr std::string_view kCookie = "tenure_session=";
// A browser takes this name only over TLS and from this very host: no neighbour can plant it.
constexpr std::string_view kSecureCookie = "__Host-tenure_session=";
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kIdBytes = 4;
constexpr std::size_t kSentBytesMax = 128;
const std::string kOthers = "(others)";

// Without chance there is no secret: nothing may go on then.
std::string random_hex(std::size_t bytes) {
  std::string random(bytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(random.data()), static_cast<int>(bytes)) != 1)
    std::abort();
  return to_hex(random);
}

bool same(const Sha256& a, const Sha256& b) {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// The token of "Bearer tenure_..."; empty = none of ours was sent.
std::string_view bearer_of(const HttpRequest& request) {
  std::string_view sent = request.fields.authorization;
  if (!boost::algorithm::istarts_with(sent, kScheme)) return {};
  return sent.substr(kScheme.size());
}

std::string_view id_of(std::string_view token) {
  if (token.size() > kSentBytesMax || token.substr(0, kPrefix.size()) != kPrefix) return {};
  token.remove_prefix(kPrefix.size());
  const std::size_t end = token.find('_');
  return end == std::string_view::npos ? std::string_view() : token.substr(0, end);
}

std::string_view cookie_of(const HttpRequest& request, std::string_view name) {
  std::string_view rest = request.fields.cookie;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    std::string_view one = rest.substr(0, end);
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    if (one.substr(0, name.size()) == name) return one.substr(name.size());
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

HttpResponse json_answer(const boost::json::object& object) {
  HttpResponse response;
  response.content_type = "application/json";
  response.body = boost::json::serialize(object) + "\n";
  return response;
}

}  // namespace

struct AccessGuard::Known {
  AccessToken token;
  CallerPtr caller;
  std::int64_t filled_us = 0;  // guarded by the guard's lock, as what follows
  std::int64_t left_us = 0;    // each request takes its share of a second
};

std::string make_token_id() { return random_hex(kIdBytes); }

std::string make_token(std::string_view id) {
  return std::string(kPrefix) + std::string(id) + "_" + random_hex(kSecretBytes);
}

AccessGuard::AccessGuard(std::vector<AccessToken> tokens, AccessOptions options,
                         std::shared_ptr<AuditLog> audit)
    : options_(std::move(options)), audit_(std::move(audit)) {
  for (AccessToken& token : tokens) {
    auto known = std::make_unique<Known>();
    known->caller = std::make_shared<const Caller>(Caller{token.id, token.role, token.name});
    known->token = std::move(token);
    known->left_us = 1'000'000;
    known->filled_us = now_us();
    std::string id = known->token.id;
    tokens_.emplace(std::move(id), std::move(known));
  }
}

AccessGuard::~AccessGuard() = default;

std::int64_t AccessGuard::now_us() const {
  return options_.steady_us ? options_.steady_us() : steady_now_us();
}

AccessGuard::Known* AccessGuard::token_of(std::string_view sent) {
  static const Sha256 nobody{};
  const auto found = tokens_.find(id_of(sent));
  // An unknown id is compared too: how long the answer takes does not tell them apart.
  const Sha256 hash = sha256(sent.substr(0, kSentBytesMax));
  const bool holds = same(hash, found == tokens_.end() ? nobody : found->second->token.hash);
  return holds && found != tokens_.end() && sent.size() <= kSentBytesMax ? found->second.get()
                                                                         : nullptr;
}

AccessGuard::Known* AccessGuard::session_token(const HttpRequest& request) {
  const std::string_view id = cookie_of(request, cookie());
  // A page of another origin, even of this machine, has no use of somebody's cookie.
  if (id.empty() || request.of_other_origin) return nullptr;
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(sha256(id));
  if (found == sessions_.end()) return nullptr;
  if (found->second.until_us > now_us()) return found->second.token;
  sessions_.erase(found);
  return nullptr;
}

AccessGuard::Pace AccessGuard::count_failure(const std::string& who) {
  const std::int64_t now = now_us();
  const auto old = [&](const auto& entry) {
    return now - entry.second.since_us >= options_.failures_within.count();
  };
  if (failures_.size() >= options_.addresses_max && failures_.count(who) == 0)
    for (auto entry = failures_.begin(); entry != failures_.end();)
      entry = old(*entry) ? failures_.erase(entry) : std::next(entry);
  const bool full = failures_.size() >= options_.addresses_max && failures_.count(who) == 0;
  const auto entry = failures_.try_emplace(full ? kOthers : who, Failures{now, 0}).first;
  if (old(*entry)) entry->second = Failures{now, 0};
  const std::uint32_t count = ++entry->second.count;
  if (count <= options_.failures_max) return Pace::kFine;
  return count == options_.failures_max + 1 ? Pace::kLast : Pace::kTooFast;
}

bool AccessGuard::within_rate(Known& token) {
  const std::int64_t now = now_us();
  token.left_us = std::min<std::int64_t>(token.left_us + now - token.filled_us, 1'000'000);
  token.filled_us = now;
  const std::int64_t share = 1'000'000 / std::max(options_.requests_per_second_max, 1U);
  if (token.left_us < share) return false;
  token.left_us -= share;
  return true;
}

void AccessGuard::note(const Caller* caller, const std::string& path, const std::string& result) {
  if (!audit_) return;
  AuditEntry entry;
  if (caller != nullptr) {
    entry.actor = caller->name;
    entry.role = std::string(to_string(caller->role));
    entry.token = caller->token;
  }
  entry.method = path.substr(path.empty() || path.front() != '/' ? 0 : 1);
  entry.result = result;
  // It is refused all the same; acts are no longer taken when the audit fails.
  (void)audit_->append(entry, SystemClock().now());
}

HttpResponse AccessGuard::refuse_token(const HttpRequest& request) {
  Pace pace = Pace::kFine;
  {
    const std::lock_guard lock(mutex_);
    pace = count_failure("address " + request.peer);
  }
  if (pace == Pace::kFine) {
    note(nullptr, request.path, "unauthenticated");
    return internal::denial_answer(request, Denial::kUnauthenticated,
                                   "this token is not known here; ask who runs this server");
  }
  // One line says that it goes on: an attacker must not fill the disk.
  if (pace == Pace::kLast) note(nullptr, request.path, "resource_exhausted");
  HttpResponse response = internal::denial_answer(
      request, Denial::kTooFast, "too many wrong tokens from this address; wait a minute");
  response.headers.emplace_back("Retry-After",
                                std::to_string(options_.failures_within / std::chrono::seconds(1)));
  return response;
}

HttpResponse AccessGuard::refuse_role(const HttpRequest& request, const Known& token,
                                      Access access) {
  bool noted = false;
  {
    const std::lock_guard lock(mutex_);
    noted = count_failure("token " + token.token.id) != Pace::kTooFast;
  }
  if (noted) note(token.caller.get(), request.path, "permission_denied");
  return internal::denial_answer(request, Denial::kPermissionDenied,
                                 fmt::format("the role {} may not do this; it needs {}",
                                             to_string(token.token.role), least_role(access)));
}

std::optional<HttpResponse> AccessGuard::identify(const HttpRequest& request, Known*& token) {
  const std::string_view sent = bearer_of(request);
  token = sent.empty() ? session_token(request) : token_of(sent);
  if (token == nullptr) {
    if (!request.fields.authorization.empty()) return refuse_token(request);
    return internal::denial_answer(request, Denial::kUnauthenticated,
                                   "send a token: Authorization: Bearer tenure_..., or sign in");
  }
  const std::lock_guard lock(mutex_);
  if (within_rate(*token)) return std::nullopt;
  HttpResponse response = internal::denial_answer(
      request, Denial::kTooFast,
      fmt::format("more than {} requests a second with one token; slow down",
                  options_.requests_per_second_max));
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

std::optional<HttpResponse> AccessGuard::admit(const HttpRequest& request, Access access,
                                               CallerPtr& caller) {
  if (access == Access::kAnybody) return std::nullopt;
  Known* token = nullptr;
  if (auto refused = identify(request, token)) return refused;
  if (!may(token->token.role, access)) return refuse_role(request, *token, access);
  caller = token->caller;
  return std::nullopt;
}

void AccessGuard::make_room(const Known& token) {
  const std::int64_t now = now_us();
  std::size_t own = 0;
  for (auto session = sessions_.begin(); session != sessions_.end();) {
    if (session->second.until_us <= now) {
      session = sessions_.erase(session);
      continue;
    }
    own += session->second.token == &token ? 1 : 0;
    ++session;
  }
  const bool own_full = own >= options_.sessions_of_token_max;
  if (!own_full && sessions_.size() < options_.sessions_max) return;
  auto first = sessions_.end();
  for (auto session = sessions_.begin(); session != sessions_.end(); ++session)
    if ((!own_full || session->second.token == &token) &&
        (first == sessions_.end() || session->second.until_us < first->second.until_us))
      first = session;
  if (first != sessions_.end()) sessions_.erase(first);
}

std::string_view AccessGuard::cookie() const { return options_.secure ? kSecureCookie : kCookie; }

void AccessGuard::set_cookie(const std::string& id, Duration life, HttpResponse& response) const {
  response.headers.emplace_back(
      "Set-Cookie",
      fmt::format("{}{}; HttpOnly; SameSite=Strict; Path=/; Max-Age={}{}", cookie(), id,
                  life / std::chrono::seconds(1), options_.secure ? "; Secure" : ""));
}

HttpResponse AccessGuard::begin_session(const HttpRequest& request) {
  Known* token = nullptr;
  if (bearer_of(request).empty())
    return internal::denial_answer(request, Denial::kUnauthenticated,
                                   "send the token: Authorization: Bearer tenure_...");
  if (auto refused = identify(request, token)) return std::move(*refused);
  const std::string id = random_hex(kSecretBytes);
  {
    const std::lock_guard lock(mutex_);
    make_room(*token);
    sessions_[sha256(id)] = {token, now_us() + options_.session_life.count()};
  }
  HttpResponse response = json_answer(
      {{"name", token->token.name}, {"role", std::string(to_string(token->token.role))}});
  set_cookie(id, options_.session_life, response);
  return response;
}

HttpResponse AccessGuard::show_session(const HttpRequest& request) {
  Known* token = nullptr;
  // A page asks this before it asks for a token: that nobody is signed in is an answer.
  if (request.fields.authorization.empty() && session_token(request) == nullptr)
    return json_answer({{"sign_in", true}});
  if (auto refused = identify(request, token)) return std::move(*refused);
  return json_answer({{"sign_in", true},
                      {"name", token->token.name},
                      {"role", std::string(to_string(token->token.role))}});
}

HttpResponse AccessGuard::end_session(const HttpRequest& request) {
  const std::string_view id = cookie_of(request, cookie());
  if (!id.empty() && !request.of_other_origin) {
    const std::lock_guard lock(mutex_);
    sessions_.erase(sha256(id));
  }
  HttpResponse response = json_answer({{"sign_in", true}});
  set_cookie("", Duration::zero(), response);
  return response;
}

void add_session_routes(AccessGuard* guard, HttpRoutes& routes) {
  if (guard == nullptr) {
    routes.add("GET", "/session", HandlerPace::kInstant, [](const HttpRequest&) {
      return json_answer({{"sign_in", false}});
    });
    return;
  }
  routes.add("POST", "/session", HandlerPace::kMayWait,
             [guard](const HttpRequest& request) { return guard->begin_session(request); });
  routes.add("GET", "/session", HandlerPace::kMayWait,
             [guard](const HttpRequest& request) { return guard->show_session(request); });
  routes.add("DELETE", "/session", HandlerPace::kMayWait,
             [guard](const HttpRequest& request) { return guard->end_session(request); });
}

}  // namespace tenure
