// engine/projection/compact.h
//
// A list and a text of eight bytes each while empty: facts of a million accounts live in memory,
// and most of their lists are empty or hold one element.
//
// Threads: values; as safe as std::vector.
// Limits:  a list holds 2^32 - 1 elements; a text keeps its first 256 bytes, cut before a broken
//          UTF-8 character.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

namespace tenure {

template <class T>
class CompactList {
  static_assert(alignof(T) <= 8);

 public:
  CompactList() = default;
  CompactList(CompactList&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  CompactList& operator=(CompactList&& other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  // As large as it must be. Readers copy; a shard's own facts only move.
  CompactList(const CompactList& other) {
    if (other.empty()) return;
    Block* const block = new_block(other.size());
    try {
      std::uninitialized_copy(other.begin(), other.end(), reinterpret_cast<T*>(block + 1));
    } catch (...) {
      ::operator delete(block);
      throw;
    }
    block->size = static_cast<std::uint32_t>(other.size());
    block_ = block;
  }
  CompactList& operator=(const CompactList&) = delete;
  ~CompactList() {
    if (block_ == nullptr) return;
    std::destroy(begin(), end());
    ::operator delete(block_);
  }

  [[nodiscard]] std::size_t size() const { return block_ == nullptr ? 0 : block_->size; }
  [[nodiscard]] bool empty() const { return size() == 0; }
  T* begin() { return block_ == nullptr ? nullptr : elements(block_); }
  T* end() { return begin() + size(); }
  const T* begin() const { return block_ == nullptr ? nullptr : elements(block_); }
  const T* end() const { return begin() + size(); }
  T& operator[](std::size_t index) { return begin()[index]; }
  const T& operator[](std::size_t index) const { return begin()[index]; }
  T& back() { return end()[-1]; }
  const T& back() const { return end()[-1]; }
  const T& front() const { return *begin(); }

  T& push_back(T value) { return *insert(end(), std::move(value)); }
  /// Inserts before `place`; returns where the value lies now.
  T* insert(T* place, T value) {
    const auto index = static_cast<std::size_t>(place - begin());
    grow_if_full();
    T* first = begin();
    T* const last = first + block_->size;
    if (first + index == last) {
      new (last) T(std::move(value));
    } else {
      new (last) T(std::move(last[-1]));
      std::move_backward(first + index, last - 1, last);
      first[index] = std::move(value);
    }
    ++block_->size;
    return first + index;
  }
  void erase(T* place) { erase(place, place + 1); }
  void erase(T* first, T* last) {
    if (first == last) return;
    T* const kept = std::move(last, end(), first);
    std::destroy(kept, end());
    block_->size = static_cast<std::uint32_t>(kept - begin());
  }
  void clear() { erase(begin(), end()); }
  /// Bytes on the heap.
  [[nodiscard]] std::size_t heap_bytes() const {
    return block_ == nullptr ? 0 : sizeof(Block) + block_->capacity * sizeof(T);
  }

 private:
  struct Block {
    std::uint32_t size;
    std::uint32_t capacity;
  };
  static T* elements(Block* block) { return std::launder(reinterpret_cast<T*>(block + 1)); }
  static Block* new_block(std::size_t capacity) {
    auto* block = static_cast<Block*>(::operator new(sizeof(Block) + capacity * sizeof(T)));
    block->capacity = static_cast<std::uint32_t>(capacity);
    return block;
  }
  void grow_if_full() {
    if (block_ != nullptr && block_->size < block_->capacity) return;
    const std::size_t old = block_ == nullptr ? 0 : block_->capacity;
    const std::size_t capacity = old < 2 ? old + 1 : old + old / 2;
    Block* const block = new_block(capacity);
    block->size = static_cast<std::uint32_t>(size());
    if (block_ != nullptr) {
      std::uninitialized_move(begin(), end(), reinterpret_cast<T*>(block + 1));
      std::destroy(begin(), end());
      ::operator delete(block_);
    }
    block_ = block;
  }

  Block* block_ = nullptr;
};

class CompactText {
 public:
  static constexpr std::size_t kBytesMax = 256;

  CompactText() = default;
  explicit CompactText(std::string_view text) { set(text); }
  CompactText(CompactText&&) noexcept = default;
  CompactText& operator=(CompactText&&) noexcept = default;
  CompactText(const CompactText& other) { set(other.view()); }
  CompactText& operator=(const CompactText&) = delete;

  /// What a text of any length is kept as: a view of its beginning.
  static std::string_view cut(std::string_view text) {
    if (text.size() <= kBytesMax) return text;
    std::size_t size = kBytesMax;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    return text.substr(0, size);
  }

  void set(std::string_view text) {
    text = cut(text);
    if (text.empty()) {
      bytes_.reset();
      return;
    }
    auto bytes = std::make_unique<unsigned char[]>(2 + text.size());
    bytes[0] = static_cast<unsigned char>(text.size() & 0xFF);
    bytes[1] = static_cast<unsigned char>(text.size() >> 8);
    std::memcpy(bytes.get() + 2, text.data(), text.size());
    bytes_ = std::move(bytes);
  }
  [[nodiscard]] std::string_view view() const {
    if (bytes_ == nullptr) return {};
    return {reinterpret_cast<const char*>(bytes_.get()) + 2,
            static_cast<std::size_t>(bytes_[0] | bytes_[1] << 8)};
  }
  [[nodiscard]] bool empty() const { return bytes_ == nullptr; }
  [[nodiscard]] std::size_t heap_bytes() const { return empty() ? 0 : 2 + view().size(); }

 private:
  std::unique_ptr<unsigned char[]> bytes_;
};

}  // namespace tenure
