#include "apps/tenure/serve_http.h"

#include "apps/tenure/token_file.h"
#include "connectors/http/access_guard.h"
#include "connectors/http/api_handlers.h"
#include "connectors/http/dashboard_routes.h"
#include "connectors/http/engine_routes.h"
#include "connectors/http/http_server.h"
#include "connectors/http/live_feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <sys/resource.h>

namespace tenure {
namespace {

constexpr int kThreads = 3;

// "127.0.0.1:8321", "[::1]:8321", "localhost:0".
Result<HttpOptions> options_of(const std::string& listen) {
  const std::size_t colon = listen.rfind(':');
  HttpOptions options;
  unsigned port = 0;
  const char* const end = listen.data() + listen.size();
  const bool readable = colon != std::string::npos &&
                        std::from_chars(listen.data() + colon + 1, end, port).ptr == end &&
                        port <= 65535;
  if (!readable)
    return fail(ErrorCode::kInvalid,
                "http.listen: '" + listen + "' is not host:port, such as 127.0.0.1:8321");
  options.address = listen.substr(0, colon);
  if (options.address.size() > 2 && options.address.front() == '[')
    options.address = options.address.substr(1, options.address.size() - 2);
  options.port = static_cast<std::uint16_t>(port);
  options.counters = std::make_shared<HttpCounters>();
  return options;
}

// Files that the log, the state and everything else may need.
constexpr rlim_t kOtherFiles = 1024;

// Every connection is an open file: the system has to allow them before anybody connects.
Result<void> allow_files(std::uint32_t connections_max) {
  const rlim_t wanted = connections_max + kOtherFiles;
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted) return ok();
  files.rlim_cur = std::min<rlim_t>(wanted, files.rlim_max);
  const bool raised = ::setrlimit(RLIMIT_NOFILE, &files) == 0;
  if (raised && files.rlim_cur >= wanted) return ok();
  return fail(ErrorCode::kInvalid,
              fmt::format("http.connections_max: {} connections need {} open files and the system "
                          "allows {}; raise `ulimit -Hn`, or take fewer",
                          connections_max, wanted, files.rlim_max));
}

// The configured folder, or where the dashboard is built beside this binary: PROJECT/dashboard/dist
// of PROJECT/build/release/tenure. Empty when nothing is built there.
std::string dashboard_folder(const std::string& configured) {
  if (!configured.empty()) return configured;
  std::error_code failed;
  const auto binary = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (failed) return "";
  const auto project = binary.parent_path().parent_path().parent_path();
  const auto folder = project / "dashboard" / "dist";
  return std::filesystem::is_regular_file(folder / "index.html", failed) ? folder.string() : "";
}

bool is_loopback(const std::string& address) {
  return address == "localhost" || address == "::1" || address.rfind("127.", 0) == 0;
}

Result<std::unique_ptr<AccessGuard>> guard_of(const Config::Http& http,
                                              const std::shared_ptr<AuditLog>& audit) {
  if (http.tokens.empty()) return std::unique_ptr<AccessGuard>();
  TENURE_TRY_ASSIGN(std::vector<AccessToken> tokens, load_tokens(http.tokens));
  AccessOptions access;
  access.requests_per_second_max = http.requests_per_second_max;
  access.secure = !http.certificate.empty();
  return std::make_unique<AccessGuard>(std::move(tokens), access, audit);
}

}  // namespace

Result<std::unique_ptr<ServeHttp>> ServeHttp::start(Engine& engine, const Config& config) {
  const Config::Http& http = config.http;
  std::unique_ptr<ServeHttp> serving(new ServeHttp());
  TENURE_TRY_ASSIGN(HttpOptions options, options_of(http.listen));
  TENURE_TRY(allow_files(http.connections_max));
  options.connections_max = http.connections_max;
  options.connections_per_address_max =
      is_loopback(options.address) ? http.connections_max : http.connections_per_address_max;
  if (!http.certificate.empty()) {
    TENURE_TRY_ASSIGN(options.tls, TlsFiles::load(http.certificate, http.key));
  }
  TENURE_TRY_ASSIGN(auto opened, AuditLog::open(config.data.dir));
  const std::shared_ptr<AuditLog> audit = std::move(opened);
  TENURE_TRY_ASSIGN(serving->guard_, guard_of(http, audit));
  LiveFeedOptions live;
  live.subscribers_max = http.subscribers_max;
  auto routes = std::make_shared<HttpRoutes>();
  add_engine_routes(engine, options.counters, TENURE_VERSION, *routes);
  serving->feed_ = std::make_unique<LiveFeed>(engine, live, options.counters);
  add_event_routes(*serving->feed_, *routes);
  TENURE_TRY(add_api_routes(engine, *serving->feed_, TENURE_VERSION, *routes, audit,
                            config.limits.answer_cache_bytes));
  add_session_routes(serving->guard_.get(), *routes);
  DashboardOptions dashboard;
  dashboard.folder = dashboard_folder(http.dashboard);
  serving->has_dashboard_ = !dashboard.folder.empty();
  // Last: what stands there already keeps its path.
  TENURE_TRY(add_dashboard_routes(dashboard, *routes));
  routes->guard_by(serving->guard_.get());
  const std::string scheme = options.tls ? "https://" : "http://";
  TENURE_TRY_ASSIGN(serving->server_, HttpServer::listen(std::move(options), std::move(routes)));
  serving->address_ = scheme + serving->server_->address();
  // The first is the event loop; the others wait for what takes a while, so that probes are
  // answered at once.
  for (int thread = 0; thread < kThreads; ++thread)
    serving->threads_.emplace_back([server = serving->server_.get()] { server->run(); });
  serving->ticker_ = std::thread([feed = serving->feed_.get()] { feed->run(); });
  return serving;
}

ServeHttp::~ServeHttp() {
  // The feed first: it must not speak to clients of a server that is gone.
  if (feed_) feed_->stop();
  if (ticker_.joinable()) ticker_.join();
  if (server_) server_->stop();
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.join();
}

}  // namespace tenure
