#include "connectors/http/dashboard_routes.h"

#include "connectors/http/internal/dashboard_files.h"
#include "connectors/http/internal/field_lists.h"

#include <algorithm>
#include <memory>

namespace tenure {
namespace {

using File = internal::DashboardFile;
using FilePtr = std::shared_ptr<const File>;

// Nothing but what this server sends, and nothing inline that could carry a script.
constexpr std::string_view kPagePolicy =
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'";

constexpr std::string_view kNotBuilt =
    "Tenure is serving. The dashboard is not built yet; in the project's folder:\n\n"
    "    cd dashboard && npm ci && npm run build\n\n"
    "then start this process again. Another folder is named by http.dashboard.\n"
    "The same answers without it: tenure alerts --server ..., tenure account --server ...\n";

HttpResponse answer_file(const File& file, const HttpRequest& request) {
  HttpResponse response;
  const bool compressed = file.gzip && internal::takes_gzip(request.fields.accept_encoding);
  // Plain and compressed bytes are two representations, each with a tag of its own.
  const std::string tag = compressed ? file.tag + "-gz" : file.tag;
  const bool page = file.content_type.rfind("text/html", 0) == 0;
  response.content_type = file.content_type;
  response.headers = {{"ETag", "\"" + tag + "\""},
                      {"Cache-Control",
                       file.named_by_content ? "public, max-age=31536000, immutable" : "no-cache"}};
  if (file.gzip) response.headers.emplace_back("Vary", "Accept-Encoding");
  if (page) {
    response.headers.emplace_back("Content-Security-Policy", kPagePolicy);
    response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  }
  if (internal::names_tag(request.fields.if_none_match, tag)) {
    response.status = 304;
    return response;
  }
  if (compressed) response.headers.emplace_back("Content-Encoding", "gzip");
  response.held_body = compressed ? file.gzip : file.body;
  return response;
}

void add_file(const FilePtr& file, std::string path, HttpRoutes& routes) {
  routes.add_for_anybody(
      "GET", std::move(path), HandlerPace::kInstant,
      [file](const HttpRequest& request) { return answer_file(*file, request); });
}

// A dot, written plainly or escaped, tells a file from a page; but after these stands an account's
// id, which may hold one.
bool may_be_page(std::string_view path) {
  for (const std::string_view page : {"/account/", "/accounts/"})
    if (path.substr(0, page.size()) == page) return true;
  if (path.find('.') != std::string_view::npos) return false;
  for (std::size_t k = path.find("%2"); k != std::string_view::npos; k = path.find("%2", k + 1))
    if (k + 2 < path.size() && (path[k + 2] == 'e' || path[k + 2] == 'E')) return false;
  return true;
}

}  // namespace

Result<void> add_dashboard_routes(const DashboardOptions& options, HttpRoutes& routes) {
  if (options.folder.empty()) {
    routes.add("GET", "/", HandlerPace::kInstant, [](const HttpRequest&) {
      HttpResponse response;
      response.body = std::string(kNotBuilt);
      return response;
    });
    return ok();
  }
  TENURE_TRY_ASSIGN(const std::vector<File> files, internal::read_dashboard(options));
  FilePtr index;
  for (const File& file : files) {
    // A file never takes the place of a call or a probe.
    if (routes.has("GET", file.path) || routes.has("POST", file.path)) continue;
    const auto kept = std::make_shared<const File>(file);
    if (file.path == "/index.html") index = kept;
    add_file(kept, file.path, routes);
  }
  if (!index)
    return fail(ErrorCode::kInvalid,
                "dashboard folder '" + options.folder +
                    "': no index.html in it; build it with: npm ci && npm run build");
  add_file(index, "/", routes);
  // What stands before the second slash of a route belongs to that route: "/metrics/x" is no page.
  const auto taken = std::make_shared<std::vector<std::string>>(routes.first_segments());
  routes.add_otherwise([index, taken](const HttpRequest& request) {
    const std::string first = request.path.substr(0, request.path.find('/', 1));
    const bool page =
        may_be_page(request.path) && std::find(taken->begin(), taken->end(), first) == taken->end();
    return page ? answer_file(*index, request) : no_such_path();
  });
  return ok();
}

}  // namespace tenure
