// The dashboard's files over the wire: read once, served from memory.
#include "connectors/http/dashboard_routes.h"
#include "tests/connectors/http/support/fields.h"

#include <filesystem>
#include <fstream>
#include <zlib.h>

namespace tenure {
namespace {

namespace fs = std::filesystem;
using testing::field;
using testing::RawClient;
using testing::RawResponse;
using testing::ServedRoutes;

const std::string kIndex = "<!doctype html><title>Tenure</title>" + std::string(400, ' ');
const std::string kScript = "console.log('" + std::string(2000, 'x') + "');";

class Folder {
 public:
  Folder() : path_(fs::path(::testing::TempDir()) / unique()) { fs::create_directories(path_); }
  ~Folder() { fs::remove_all(path_); }
  void write(const std::string& name, const std::string& bytes) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << bytes;
  }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  static std::string unique() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    return std::string("dashboard-") + test->name() + "-" + std::to_string(::getpid());
  }
  fs::path path_;
};

std::string unzipped(const std::string& bytes) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string out(1 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

class Dashboard : public ::testing::Test {
 protected:
  Dashboard() {
    folder_.write("index.html", kIndex);
    folder_.write("favicon.svg", "<svg/>");
    folder_.write("assets/index-1a2b.js", kScript);
    folder_.write("assets/style-3c4d.css", "a{}");
    folder_.write("livez", "a file that takes a probe's place");
    fs::create_symlink("/etc/hostname", fs::path(folder_.path()) / "link.txt");
  }
  void serve() {
    auto routes = std::make_shared<HttpRoutes>();
    routes->add("GET", "/livez", HandlerPace::kInstant, [](const HttpRequest&) {
      HttpResponse response;
      response.body = "alive\n";
      return response;
    });
    routes->add_for_anybody("POST", "/tenure.api.v1.A/B", HandlerPace::kInstant,
                            [](const HttpRequest&) { return HttpResponse(); });
    DashboardOptions options;
    options.folder = folder_.path();
    const auto added = add_dashboard_routes(options, *routes);
    ASSERT_TRUE(added) << added.error().message;
    served_ = std::make_unique<ServedRoutes>(HttpOptions(), routes);
  }
  RawResponse ask(const std::string& target, const std::string& fields = "") {
    RawClient client(served_->port());
    client.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n");
    return client.read_response();
  }
  Folder folder_;
  std::unique_ptr<ServedRoutes> served_;
};

TEST_F(Dashboard, ThePageIsServedWithAStrictPolicy) {
  serve();
  for (const std::string path : {"/", "/index.html", "/accounts", "/accounts/acc-7?tab=health",
                                 "/account/acc.7/brief", "/accounts/acc%2E7"}) {
    const RawResponse page = ask(path);
    EXPECT_EQ(page.status, 200) << path;
    EXPECT_EQ(page.body, kIndex) << path;
    EXPECT_EQ(field(page, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(field(page, "Content-Security-Policy"),
              "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
              "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
              "frame-ancestors 'none'");
    EXPECT_EQ(field(page, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(field(page, "Referrer-Policy"), "no-referrer");
    EXPECT_EQ(field(page, "Cross-Origin-Opener-Policy"), "same-origin");
    EXPECT_EQ(field(page, "Cache-Control"), "no-cache");
  }
}

TEST_F(Dashboard, FilesHaveTheirTypesAndHowLongTheyHold) {
  serve();
  const RawResponse script = ask("/assets/index-1a2b.js");
  EXPECT_EQ(script.body, kScript);
  EXPECT_EQ(field(script, "Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(field(script, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(field(script, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(field(ask("/assets/style-3c4d.css"), "Content-Type"), "text/css; charset=utf-8");
  const RawResponse icon = ask("/favicon.svg");
  EXPECT_EQ(field(icon, "Content-Type"), "image/svg+xml");
  EXPECT_EQ(field(icon, "Cache-Control"), "no-cache");
}

TEST_F(Dashboard, ATagThatTheClientHasIsAnsweredWithoutABody) {
  serve();
  RawClient client(served_->port());
  const std::string front = "GET / HTTP/1.1\r\nHost: localhost\r\n";
  client.send(front + "\r\n");
  const std::string tag = field(client.read_response(), "ETag");
  ASSERT_EQ(tag.size(), 34U);
  for (const std::string& sent : {tag, "W/" + tag, "\"a\", " + tag, std::string("*")}) {
    client.send(front + "If-None-Match: " + sent + "\r\n\r\n");
    const RawResponse same = client.read_response();
    EXPECT_EQ(same.status, 304) << sent;
    EXPECT_EQ(field(same, "ETag"), tag);
    EXPECT_EQ(field(same, "Content-Length"), "");
    EXPECT_NE(field(same, "Content-Security-Policy"), "");
  }
  for (const std::string& sent : {std::string("\"a\""), tag.substr(1), tag + "x"}) {
    client.send(front + "If-None-Match: " + sent + "\r\n\r\n");
    EXPECT_EQ(client.read_response().status, 200) << sent;
  }
}

TEST_F(Dashboard, WhoTakesGzipGetsItWithATagOfItsOwn) {
  serve();
  const RawResponse plain = ask("/assets/index-1a2b.js");
  const RawResponse zipped = ask("/assets/index-1a2b.js", "Accept-Encoding: br, GZIP;q=0.5\r\n");
  EXPECT_EQ(field(zipped, "Content-Encoding"), "gzip");
  EXPECT_EQ(field(zipped, "Vary"), "Accept-Encoding");
  EXPECT_EQ(field(plain, "Vary"), "Accept-Encoding");
  EXPECT_LT(zipped.body.size(), plain.body.size());
  EXPECT_EQ(unzipped(zipped.body), kScript);
  EXPECT_NE(field(zipped, "ETag"), field(plain, "ETag"));
  EXPECT_EQ(ask("/assets/index-1a2b.js",
                "Accept-Encoding: gzip\r\nIf-None-Match: " + field(zipped, "ETag") + "\r\n")
                .status,
            304);
  for (const std::string other : {"br", "gzip;q=0", "gzip; q=0.000", "xgzip", "*"})
    EXPECT_EQ(field(ask("/assets/index-1a2b.js", "Accept-Encoding: " + other + "\r\n"),
                    "Content-Encoding"),
              "")
        << other;
  EXPECT_EQ(field(ask("/assets/style-3c4d.css", "Accept-Encoding: gzip\r\n"), "Content-Encoding"),
            "")
      << "what does not get smaller stays as it is";
}

TEST_F(Dashboard, NoPathOfARequestNamesAFileOfTheDisk) {
  serve();
  for (const std::string path :
       {"/../index.html", "/assets/../index.html", "/assets/..%2findex.html", "/%2e%2e/%2E%2E/etc",
        "/etc/passwd.bak", "/..", "/.", "/.env", "/.git/config", "/link.txt", "/assets/none.js",
        "/tenure.api.v1.A/C", "/livez/x", "/assets/none", "/favicon.svg/", "//etc/x.y"}) {
    const RawResponse answer = ask(path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(answer.body.find("doctype"), std::string::npos) << path;
  }
  EXPECT_EQ(ask("/livez").body, "alive\n") << "a file never takes a probe's place";
  EXPECT_EQ(ask("/tenure.api.v1.A/B").status, 405);
}

TEST_F(Dashboard, StaysAsItWasRead) {
  serve();
  folder_.write("index.html", "other");
  folder_.write("late.txt", "late");
  EXPECT_EQ(ask("/").body, kIndex);
  EXPECT_EQ(ask("/late.txt").status, 404);
}

TEST_F(Dashboard, AHeadTellsTheLengthOnly) {
  serve();
  RawClient client(served_->port());
  client.send("HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  const std::string answer = client.read_to_end();
  EXPECT_NE(answer.find("Content-Length: " + std::to_string(kIndex.size())), std::string::npos);
  EXPECT_EQ(answer.substr(answer.size() - 4), "\r\n\r\n");
}

TEST_F(Dashboard, AFolderBeyondItsLimitsIsRefused) {
  HttpRoutes routes;
  DashboardOptions options;
  EXPECT_EQ(options.bytes_max, 16U << 20);
  EXPECT_EQ(options.files_max, 500U);
  options.folder = folder_.path();
  options.files_max = 5;
  std::size_t bytes = 0;
  for (const auto& file : fs::recursive_directory_iterator(folder_.path()))
    if (file.is_regular_file() && !file.is_symlink()) bytes += file.file_size();
  options.bytes_max = bytes;
  EXPECT_TRUE(add_dashboard_routes(options, routes));
  options.bytes_max = bytes - 1;
  const auto large = add_dashboard_routes(options, routes);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, ErrorCode::kInvalid);
  EXPECT_NE(large.error().message.find(std::to_string(bytes - 1) + " bytes"), std::string::npos);
  options.bytes_max = bytes;
  options.files_max = 4;
  const auto many = add_dashboard_routes(options, routes);
  ASSERT_FALSE(many);
  EXPECT_NE(many.error().message.find("4 files"), std::string::npos);
}

TEST_F(Dashboard, AFolderWithoutAPageIsRefused) {
  HttpRoutes routes;
  DashboardOptions options;
  options.folder = folder_.path() + "/assets";
  const auto empty = add_dashboard_routes(options, routes);
  ASSERT_FALSE(empty);
  EXPECT_NE(empty.error().message.find("index.html"), std::string::npos);
  options.folder = folder_.path() + "/nowhere";
  const auto gone = add_dashboard_routes(options, routes);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::kInvalid);
}

TEST(DashboardNotBuilt, TheRootSaysHowToBuildIt) {
  auto routes = std::make_shared<HttpRoutes>();
  ASSERT_TRUE(add_dashboard_routes({}, *routes));
  ServedRoutes served({}, routes);
  RawClient client(served.port());
  client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const RawResponse root = client.read_response();
  EXPECT_EQ(root.status, 200);
  EXPECT_NE(root.body.find("npm run build"), std::string::npos);
  client.send("GET /accounts HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 404);
}

}  // namespace
}  // namespace tenure
