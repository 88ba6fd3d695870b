#include "connectors/http/http_routes.h"

#include "connectors/http/access_guard.h"
#include "engine/base/log.h"

#include <exception>

namespace tenure {

void HttpRoutes::add(std::string method, const AccessRule& rule, HandlerPace pace, Handler handler,
                     UnknownEncoding encoding, AtOnce at_once) {
  routes_[std::string(rule.path)].insert_or_assign(
      std::move(method),
      Route{pace, std::move(handler), rule.access, encoding, std::move(at_once)});
}

void HttpRoutes::add_for_anybody(std::string method, std::string path, HandlerPace pace,
                                 Handler handler) {
  routes_[std::move(path)].insert_or_assign(
      std::move(method),
      Route{pace, std::move(handler), Access::kAnybody, UnknownEncoding::kRefused, nullptr});
}

bool HttpRoutes::has(const std::string& method, const std::string& path) const {
  const auto found = routes_.find(path);
  return found != routes_.end() && found->second.count(method) != 0;
}

std::vector<std::string> HttpRoutes::first_segments() const {
  std::vector<std::string> segments;
  for (const auto& [path, unused] : routes_) {
    std::string first = path.substr(0, path.find('/', 1));
    if (first != "/") segments.push_back(std::move(first));
  }
  return segments;
}

const HttpRoutes::Route* HttpRoutes::find(const HttpRequest& request) const {
  const auto path = routes_.find(request.path);
  if (path == routes_.end()) return nullptr;
  const auto route = path->second.find(request.method);
  return route == path->second.end() ? nullptr : &route->second;
}

HandlerPace HttpRoutes::pace(const HttpRequest& request) const {
  const Route* const route = find(request);
  if (route == nullptr) return HandlerPace::kInstant;
  // A refusal is synced to the audit, which the event loop must not wait for.
  return asks(*route) ? HandlerPace::kMayWait : route->pace;
}

std::optional<HttpResponse> HttpRoutes::at_once(const HttpRequest& request) const {
  const Route* const route = find(request);
  // Where somebody has to be asked who it is, that comes first, and it may wait.
  if (route == nullptr || !route->at_once || asks(*route)) return std::nullopt;
  return route->at_once(request);
}

HttpResponse no_such_path() {
  HttpResponse response;
  response.status = 404;
  response.body = "nothing is served under this path; docs/operations.md lists what is\n";
  return response;
}

HttpResponse HttpRoutes::answer(const HttpRequest& request) const {
  const auto path = routes_.find(request.path);
  if (path == routes_.end())
    return otherwise_ && request.method == "GET" ? call(otherwise_, request) : no_such_path();
  HttpResponse response;
  const auto route = path->second.find(request.method);
  if (route == path->second.end()) {
    std::string allowed;
    for (const auto& [method, unused] : path->second)
      allowed += (allowed.empty() ? "" : ", ") + method;
    response.status = 405;
    response.body = "this path takes " + allowed + "\n";
    response.headers.emplace_back("Allow", allowed);
    return response;
  }
  const std::string& encoding = request.fields.content_encoding;
  if (route->second.encoding == UnknownEncoding::kRefused && !encoding.empty() &&
      encoding != "gzip") {
    response.status = 415;
    response.body = "the only Content-Encoding taken is gzip\n";
    return response;
  }
  if (!asks(route->second)) return call(route->second.handler, request);
  HttpRequest admitted = request;
  if (auto refused = guard_->admit(request, route->second.access, admitted.caller))
    return std::move(*refused);
  // What is at hand for one is at hand for all who are admitted.
  const auto held_or_made = [&route = route->second](const HttpRequest& asked) {
    if (route.at_once)
      if (auto held = route.at_once(asked)) return std::move(*held);
    return route.handler(asked);
  };
  return call(held_or_made, admitted);
}

HttpResponse HttpRoutes::call(const Handler& handler, const HttpRequest& request) {
  try {
    return handler(request);
  } catch (const std::exception& thrown) {
    log_error("a request failed inside the server path={} what={}", request.path, thrown.what());
    HttpResponse response;
    response.status = 500;
    response.body = "the server failed on this request; its log says why\n";
    return response;
  }
}

}  // namespace tenure
