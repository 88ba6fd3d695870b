#include "connectors/http/internal/unzipped.h"

#include <algorithm>
#include <memory>
#include <zlib.h>

namespace tenure::internal {
namespace {

constexpr int kGzipOnly = 15 + 16;  // the largest window, with gzip's head and checksum
constexpr std::size_t kFirstBytes = 16u << 10;

struct Ends {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

}  // namespace

Result<std::string> unzipped(std::string_view bytes) {
  z_stream stream{};
  if (inflateInit2(&stream, kGzipOnly) != Z_OK)
    return fail(ErrorCode::kOverloaded, "no memory is left to unpack the body; try again later");
  const std::unique_ptr<z_stream, Ends> open(&stream);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out(kFirstBytes, '\0');
  int state = Z_OK;
  while (state == Z_OK) {
    // One byte more than the limit shows that it is passed.
    if (stream.total_out == out.size()) out.resize(std::min(out.size() * 4, kUnzippedBytesMax + 1));
    stream.next_out = reinterpret_cast<Bytef*>(out.data()) + stream.total_out;
    stream.avail_out = static_cast<uInt>(out.size() - stream.total_out);
    state = inflate(&stream, Z_NO_FLUSH);
    if (stream.total_out > kUnzippedBytesMax)
      return fail(ErrorCode::kInvalid, "the unpacked body holds more than " +
                                           std::to_string(kUnzippedBytesMax) + " bytes");
  }
  if (state != Z_STREAM_END || stream.avail_in != 0)
    return fail(ErrorCode::kInvalid, "the body is not one whole gzip stream");
  out.resize(stream.total_out);
  return out;
}

}  // namespace tenure::internal
