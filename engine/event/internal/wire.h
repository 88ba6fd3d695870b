// Reads protobuf's wire form by hand, at least as strictly as the generated classes do.
#pragma once

#include <cstdint>
#include <string_view>

namespace tenure::internal {

enum class WireType : std::uint8_t { kVarint = 0, kFixed64 = 1, kText = 2, kFixed32 = 5 };

/// One field as it stands on the wire: `text` for kText, `number` for the others.
struct WireField {
  std::uint32_t number = 0;
  WireType type = WireType::kVarint;
  std::uint64_t value = 0;
  std::string_view text;
};

class WireReader {
 public:
  explicit WireReader(std::string_view bytes)
      : begin_(bytes.data()), at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  /// The next field; false at the end and on a broken form, which broken() tells apart.
  bool next(WireField& field) {
    if (at_ == end_) return false;
    std::uint64_t tag = static_cast<unsigned char>(*at_);
    if (tag < 0x80) {
      ++at_;
    } else if (!varint(tag, kTagBytesMax) || tag > UINT32_MAX) {
      return fail();
    }
    field.number = static_cast<std::uint32_t>(tag >> 3);
    field.type = static_cast<WireType>(tag & 7);
    if (field.number == 0) return fail();
    if (field.type == WireType::kText) return text(field.text) || fail();
    if (field.type == WireType::kVarint) return varint(field.value, kVarintBytesMax) || fail();
    if (field.type == WireType::kFixed64) return skip(8) || fail();
    if (field.type == WireType::kFixed32) return skip(4) || fail();
    return fail();  // groups: proto3 has none
  }

  [[nodiscard]] bool broken() const { return broken_; }
  /// Where the reader stands, in bytes from the beginning: for messages.
  [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }

 private:
  static constexpr int kTagBytesMax = 5;
  static constexpr int kVarintBytesMax = 10;
  static constexpr int kLengthBytesMax = 5;

  bool varint(std::uint64_t& value, int bytes_max) {
    value = 0;
    for (int k = 0; k < bytes_max && at_ < end_; ++k) {
      const auto byte = static_cast<unsigned char>(*at_++);
      if (k == 9 && byte > 1) return false;
      value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * k);
      if (byte < 0x80) return true;
    }
    return false;
  }

  bool text(std::string_view& value) {
    std::uint64_t size = 0;
    if (at_ < end_ && static_cast<unsigned char>(*at_) < 0x80) {
      size = static_cast<unsigned char>(*at_++);
    } else if (!varint(size, kLengthBytesMax)) {
      return false;
    }
    if (size > static_cast<std::uint64_t>(end_ - at_)) return false;
    value = std::string_view(at_, static_cast<std::size_t>(size));
    at_ += size;
    return true;
  }

  bool skip(std::ptrdiff_t bytes) {
    if (end_ - at_ < bytes) return false;
    at_ += bytes;
    return true;
  }

  bool fail() {
    broken_ = true;
    return false;
  }

  const char* begin_;
  const char* at_;
  const char* end_;
  bool broken_ = false;
};

}  // namespace tenure::internal
