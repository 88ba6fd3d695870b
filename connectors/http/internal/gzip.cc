#include "connectors/http/internal/gzip.h"

#include <algorithm>
#include <memory>
#include <zlib.h>

namespace tenure::internal {
namespace {

constexpr int kGzipOnly = 15 + 16;  // the largest window, with gzip's head and checksum
constexpr int kMemoryLevel = 8;     // the library's own choice
constexpr std::size_t kFirstBytes = 16u << 10;

struct InflateEnds {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};
struct DeflateEnds {
  void operator()(z_stream* stream) const { deflateEnd(stream); }
};

Bytef* bytes_of(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

}  // namespace

Result<std::string> unzipped(std::string_view bytes, std::size_t bytes_max) {
  z_stream stream{};
  if (inflateInit2(&stream, kGzipOnly) != Z_OK)
    return fail(ErrorCode::kOverloaded, "no memory is left to unpack the body; try again later");
  const std::unique_ptr<z_stream, InflateEnds> open(&stream);
  stream.next_in = bytes_of(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out(std::min(kFirstBytes, bytes_max + 1), '\0');
  int state = Z_OK;
  while (state == Z_OK) {
    // One byte more than the limit shows that it is passed.
    if (stream.total_out == out.size()) out.resize(std::min(out.size() * 4, bytes_max + 1));
    stream.next_out = bytes_of(out) + stream.total_out;
    stream.avail_out = static_cast<uInt>(out.size() - stream.total_out);
    state = inflate(&stream, Z_NO_FLUSH);
    if (stream.total_out > bytes_max) return out;
  }
  if (state != Z_STREAM_END || stream.avail_in != 0)
    return fail(ErrorCode::kInvalid, "the body is not one whole gzip stream");
  out.resize(stream.total_out);
  return out;
}

std::string zipped(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipOnly, kMemoryLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    return "";
  const std::unique_ptr<z_stream, DeflateEnds> open(&stream);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = bytes_of(text);
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = bytes_of(out);
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) return "";
  out.resize(stream.total_out);
  return out;
}

}  // namespace tenure::internal
