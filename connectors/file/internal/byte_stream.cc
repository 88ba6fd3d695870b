#include "connectors/file/internal/byte_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>
#include <zlib.h>

namespace tenure::internal {
namespace {

constexpr std::size_t kPackedBytes = 64 * 1024;

class PlainStream final : public ByteStream {
 public:
  PlainStream(std::string path, int file) : path_(std::move(path)), file_(file) {}
  ~PlainStream() override { ::close(file_); }
  PlainStream(const PlainStream&) = delete;
  PlainStream& operator=(const PlainStream&) = delete;

  Result<std::size_t> read(char* out, std::size_t size) override {
    ssize_t count = 0;
    do count = ::read(file_, out, size);
    while (count < 0 && errno == EINTR);
    if (count < 0)
      return fail(ErrorCode::kUnavailable, fmt::format("{}: reading failed at byte {}: {}", path_,
                                                       raw_bytes_, std::strerror(errno)));
    raw_bytes_ += static_cast<std::uint64_t>(count);
    return static_cast<std::size_t>(count);
  }
  std::uint64_t raw_bytes() const override { return raw_bytes_; }

 private:
  std::string path_;
  int file_;
  std::uint64_t raw_bytes_ = 0;
};

class GzipStream final : public ByteStream {
 public:
  GzipStream(std::string path, std::unique_ptr<ByteStream> packed)
      : path_(std::move(path)), packed_(std::move(packed)), buffer_(kPackedBytes) {
    // 15 + 16: the largest window, and gzip's own frame is demanded.
    ready_ = inflateInit2(&zlib_, 15 + 16) == Z_OK;
  }
  ~GzipStream() override {
    if (ready_) inflateEnd(&zlib_);
  }
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  Result<std::size_t> read(char* out, std::size_t size) override {
    if (!ready_)
      return fail(ErrorCode::kUnavailable, fmt::format("{}: no memory to unpack it", path_));
    zlib_.next_out = reinterpret_cast<Bytef*>(out);
    zlib_.avail_out = static_cast<uInt>(std::min<std::size_t>(size, 1u << 30));
    const uInt wanted = zlib_.avail_out;
    while (zlib_.avail_out == wanted) {
      if (zlib_.avail_in == 0) {
        TENURE_TRY(refill());
        if (zlib_.avail_in == 0) {
          if (between_members_) return std::size_t{0};
          return fail(
              ErrorCode::kInvalid,
              fmt::format("{}: the gzip file is cut off after {} bytes; copy or download it again",
                          path_, raw_bytes()));
        }
      }
      TENURE_TRY(step());
    }
    return static_cast<std::size_t>(wanted - zlib_.avail_out);
  }
  std::uint64_t raw_bytes() const override { return packed_->raw_bytes() - zlib_.avail_in; }

 private:
  Result<void> refill() {
    TENURE_TRY_ASSIGN(const std::size_t count, packed_->read(buffer_.data(), buffer_.size()));
    zlib_.next_in = reinterpret_cast<Bytef*>(buffer_.data());
    zlib_.avail_in = static_cast<uInt>(count);
    return ok();
  }

  Result<void> step() {
    if (between_members_) {  // gzip files may be joined: the next one begins here
      if (inflateReset(&zlib_) != Z_OK) return damaged();
      between_members_ = false;
    }
    const int code = inflate(&zlib_, Z_NO_FLUSH);
    if (code == Z_STREAM_END) {
      between_members_ = true;
      return ok();
    }
    if (code == Z_OK || (code == Z_BUF_ERROR && zlib_.avail_in == 0)) return ok();
    return damaged();
  }

  Error damaged() const {
    return fail(ErrorCode::kInvalid,
                fmt::format("{}: the gzip file is damaged near byte {} ({}); copy or download "
                            "it again",
                            path_, raw_bytes(), zlib_.msg == nullptr ? "bad data" : zlib_.msg));
  }

  std::string path_;
  std::unique_ptr<ByteStream> packed_;
  std::vector<char> buffer_;
  z_stream zlib_{};
  bool ready_ = false;
  bool between_members_ = false;
};

struct Packing {
  std::string_view magic;
  std::string_view name;
  std::string_view unpack;
};
constexpr std::array<Packing, 4> kOtherPackings = {
    {{"PK\x03\x04", "zip or a spreadsheet", "unzip it, or save it as CSV"},
     {"\x28\xb5\x2f\xfd", "zstd", "run `zstd -d`"},
     {"BZh", "bzip2", "run `bunzip2`"},
     {"\xfd"
      "7zXZ",
      "xz", "run `xz -d`"}}};

}  // namespace

Result<std::unique_ptr<ByteStream>> open_plain(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    const int problem = errno;
    return fail(
        problem == ENOENT ? ErrorCode::kNotFound : ErrorCode::kUnavailable,
        fmt::format("{}: {}; check the name and its permissions", path, std::strerror(problem)));
  }
  std::unique_ptr<ByteStream> stream = std::make_unique<PlainStream>(path, file);
  struct stat status {};
  if (::fstat(file, &status) != 0 || S_ISREG(status.st_mode)) return stream;
  // A pipe can be read once only, and a file is read three times: for its kind, its digest and its
  // rows.
  return fail(ErrorCode::kInvalid,
              fmt::format("{} is a {}; name a file", path,
                          S_ISDIR(status.st_mode) ? "directory" : "pipe or device"));
}

Result<std::unique_ptr<ByteStream>> open_unpacked(const std::string& path) {
  std::string head(8, '\0');
  {
    TENURE_TRY_ASSIGN(const auto probe, open_plain(path));
    TENURE_TRY_ASSIGN(const std::size_t count, probe->read(head.data(), head.size()));
    head.resize(count);
  }
  for (const Packing& packing : kOtherPackings)
    if (head.starts_with(packing.magic))
      return fail(ErrorCode::kInvalid,
                  fmt::format("{} is {}; only plain and gzip files are read: {}", path,
                              packing.name, packing.unpack));
  TENURE_TRY_ASSIGN(auto plain, open_plain(path));
  if (!head.starts_with("\x1f\x8b")) return plain;
  return std::unique_ptr<ByteStream>(std::make_unique<GzipStream>(path, std::move(plain)));
}

}  // namespace tenure::internal
