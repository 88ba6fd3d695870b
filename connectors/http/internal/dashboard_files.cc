#include "connectors/http/internal/dashboard_files.h"

#include "engine/base/hash.h"
#include "engine/base/text.h"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <zlib.h>

namespace tenure::internal {
namespace {

namespace fs = std::filesystem;

struct Kind {
  std::string_view ending;
  std::string_view content_type;
  bool compressible;
};
constexpr std::array<Kind, 13> kKinds{{
    {".html", "text/html; charset=utf-8", true},
    {".js", "text/javascript; charset=utf-8", true},
    {".css", "text/css; charset=utf-8", true},
    {".svg", "image/svg+xml", true},
    {".json", "application/json", true},
    {".map", "application/json", true},
    {".webmanifest", "application/manifest+json", true},
    {".txt", "text/plain; charset=utf-8", true},
    {".png", "image/png", false},
    {".ico", "image/x-icon", false},
    {".webp", "image/webp", false},
    {".woff2", "font/woff2", false},
    {".woff", "font/woff", false},
}};

constexpr Kind kOther{"", "application/octet-stream", false};

const Kind& kind_of(std::string_view path) {
  for (const Kind& kind : kKinds)
    if (boost::algorithm::ends_with(path, kind.ending)) return kind;
  return kOther;
}

// Null when it gains nothing.
std::shared_ptr<const std::string> gzip_of(const std::string& plain) {
  z_stream stream{};
  constexpr int kGzipWindowBits = 15 + 16;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindowBits, 8,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    return nullptr;
  std::string out(deflateBound(&stream, plain.size()), '\0');
  // zlib does not write through its input.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int ended = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (ended != Z_STREAM_END || out.size() >= plain.size()) return nullptr;
  return std::make_shared<const std::string>(std::move(out));
}

Error refused(const std::string& folder, const std::string& why) {
  return fail(ErrorCode::kInvalid, "dashboard folder '" + shown_text(folder) + "': " + why);
}

// One byte more than `bytes_max` at most, so that a longer file shows.
Result<std::string> read_file(const fs::path& path, const DashboardOptions& options,
                              std::size_t bytes_max) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes(bytes_max + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (in.bad() || (!in && !in.eof()))
    return refused(options.folder, path.filename().string() + " cannot be read");
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  if (bytes.size() > bytes_max)
    return refused(options.folder, "more than " + std::to_string(options.bytes_max) +
                                       " bytes; build it without source maps");
  return bytes;
}

DashboardFile file_of(std::string path, std::string bytes) {
  const Kind& kind = kind_of(path);
  DashboardFile file;
  file.content_type = std::string(kind.content_type);
  file.tag = to_hex(fast_hash128(bytes));
  file.named_by_content = path.rfind("/assets/", 0) == 0;
  file.body = std::make_shared<const std::string>(std::move(bytes));
  if (kind.compressible) file.gzip = gzip_of(*file.body);
  file.path = std::move(path);
  return file;
}

}  // namespace

Result<std::vector<DashboardFile>> read_dashboard(const DashboardOptions& options) {
  std::vector<DashboardFile> files;
  std::size_t bytes_left = options.bytes_max;
  std::error_code failed;
  fs::recursive_directory_iterator at(options.folder, failed);
  for (; !failed && at != fs::recursive_directory_iterator(); at.increment(failed)) {
    const bool is_file = at->is_regular_file(failed) && !at->is_symlink(failed);
    if (failed || !is_file) continue;
    if (files.size() >= options.files_max)
      return refused(options.folder, "more than " + std::to_string(options.files_max) +
                                         " files; is it the right one?");
    TENURE_TRY_ASSIGN(std::string bytes, read_file(at->path(), options, bytes_left));
    bytes_left -= bytes.size();
    const std::string path = "/" + at->path().lexically_relative(options.folder).generic_string();
    files.push_back(file_of(path, std::move(bytes)));
  }
  if (failed)
    return refused(options.folder, failed.message() + "; http.dashboard names the built files");
  std::sort(files.begin(), files.end(),
            [](const DashboardFile& a, const DashboardFile& b) { return a.path < b.path; });
  return files;
}

}  // namespace tenure::internal
