// engine/base/bytes.h
//
// How integers and texts stand in stored bytes: LEB128 varints, zigzag for signed ones, big-endian
// where bytes are compared as keys. Reading checks bounds and returns false at the end; it never
// reads past it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tenure {

inline void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

inline std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
inline std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}
inline void put_signed(std::string& out, std::int64_t value) { put_varint(out, zigzag(value)); }

/// Length as varint, then the bytes.
inline void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out.append(text);
}

template <class T>
void put_big_endian(std::string& out, T value) {
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8)
    out.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> shift));
}

template <class T>
T get_big_endian(const char* at) {
  std::uint64_t value = 0;
  for (std::size_t k = 0; k < sizeof(T); ++k)
    value = value << 8 | static_cast<unsigned char>(at[k]);
  return static_cast<T>(value);
}

/// Reads values one after another from borrowed bytes. After a failed read the reader stays failed.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool varint(std::uint64_t& value) {
    value = 0;
    for (int shift = 0; shift < 64 && at_ < end_; shift += 7) {
      const auto byte = static_cast<unsigned char>(*at_++);
      if (shift == 63 && byte > 1) return fail();
      value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return true;
    }
    return fail();
  }
  bool signed_varint(std::int64_t& value) {
    std::uint64_t raw = 0;
    const bool good = varint(raw);
    value = unzigzag(raw);
    return good;
  }
  bool text(std::string_view& value) {
    std::uint64_t size = 0;
    return varint(size) && raw(size, value);
  }
  bool raw(std::uint64_t size, std::string_view& value) {
    if (size > left()) return fail();
    value = std::string_view(at_, static_cast<std::size_t>(size));
    at_ += size;
    return true;
  }
  template <class T>
  bool big_endian(T& value) {
    std::string_view bytes;
    if (!raw(sizeof(T), bytes)) return false;
    value = get_big_endian<T>(bytes.data());
    return true;
  }
  [[nodiscard]] std::uint64_t left() const { return static_cast<std::uint64_t>(end_ - at_); }
  [[nodiscard]] bool done() const { return !failed_ && at_ == end_; }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  bool fail() {
    at_ = end_;
    failed_ = true;
    return false;
  }
  const char* at_;
  const char* end_;
  bool failed_ = false;
};

}  // namespace tenure
