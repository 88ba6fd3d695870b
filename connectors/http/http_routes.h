// connectors/http/http_routes.h
//
// Which handler answers which path. No file of the disk is ever named by a request.
//
// Path:     HttpServer -> [HttpRoutes] -> handlers
// Threads:  built by one; answer() from any number afterwards.
// Errors:   answer(): 404 for an unknown path, 405 with Allow for another method; 500 when a
//           handler throws.
#pragma once

#include "connectors/http/access.h"
#include "connectors/http/http_message.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tenure {

class AccessGuard;

/// Whether a handler may keep its thread waiting.
enum class HandlerPace {
  kInstant,  // answered by the event loop itself
  kMayWait,  // answered by a calling thread, where the server has one
};

/// Whether a handler is handed bodies packed in a way that this server does not know.
enum class UnknownEncoding {
  kRefused,   // 415, without asking it
  kHandedOn,  // it refuses them in the words of its protocol
};

/// 404, with where to look.
HttpResponse no_such_path();

class HttpRoutes final {
 public:
  using Handler = std::function<HttpResponse(const HttpRequest&)>;
  /// An answer that is at hand; nothing = the handler has to be asked. It never waits.
  using AtOnce = std::function<std::optional<HttpResponse>(const HttpRequest&)>;

  /// A second handler for the same method and path replaces the first.
  void add(std::string method, RuledPath path, HandlerPace pace, Handler handler) {
    add(std::move(method), path.rule(), pace, std::move(handler));
  }
  void add(std::string method, const AccessRule& rule, HandlerPace pace, Handler handler,
           UnknownEncoding encoding = UnknownEncoding::kRefused, AtOnce at_once = nullptr);
  /// The same for what anybody may have: the dashboard's files.
  void add_for_anybody(std::string method, std::string path, HandlerPace pace, Handler handler);
  /// From here on `guard` is asked before a handler is; null = nobody is. It outlives the routes.
  void guard_by(AccessGuard* guard) { guard_ = guard; }
  [[nodiscard]] bool guarded() const { return guard_ != nullptr; }
  /// Answers GETs of every path that no handler has; at once, to anybody.
  void add_otherwise(Handler handler) { otherwise_ = std::move(handler); }
  [[nodiscard]] HandlerPace pace(const HttpRequest& request) const;
  [[nodiscard]] std::optional<HttpResponse> at_once(const HttpRequest& request) const;
  [[nodiscard]] HttpResponse answer(const HttpRequest& request) const;
  /// True when some handler of its own answers this path by this method.
  [[nodiscard]] bool has(const std::string& method, const std::string& path) const;
  /// "/metrics" of "/metrics" and of "/metrics/x"; not the root.
  [[nodiscard]] std::vector<std::string> first_segments() const;

 private:
  struct Route {
    HandlerPace pace = HandlerPace::kInstant;
    Handler handler;
    Access access = Access::kOperate;
    UnknownEncoding encoding = UnknownEncoding::kRefused;
    AtOnce at_once;
  };
  [[nodiscard]] const Route* find(const HttpRequest& request) const;
  [[nodiscard]] bool asks(const Route& route) const {
    return guard_ != nullptr && route.access != Access::kAnybody;
  }
  static HttpResponse call(const Handler& handler, const HttpRequest& request);
  std::map<std::string, std::map<std::string, Route>> routes_;  // by path, then by method
  Handler otherwise_;
  AccessGuard* guard_ = nullptr;
};

}  // namespace tenure
