// connectors/http/internal/held_answers.h
//
// Answers as they were sent, kept so that the same question is answered by the same bytes for as
// long as nothing of it moved. Only how fresh an answer is, is written anew each time.
//
// Threads: any.
// Limits:  `bytes_max` of all kept; the oldest go first, but one that was asked for since it came,
//          or since it was spared, is spared once.
#pragma once

#include "connectors/http/http_message.h"
#include "connectors/http/internal/call_codec.h"
#include "engine/query/answer_stamp.h"

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace tenure::internal {

/// How fresh an answer is, as it is written.
struct Freshness {
  std::string position;
  std::string as_of;
  bool complete = false;
  Sequence reference_position = 0;
};
Freshness freshness_of(const Standing& standing);
Freshness freshness_of(const google::protobuf::Message& answer);

using HeldAnswerPtr = std::shared_ptr<const struct HeldAnswer>;
struct HeldAnswer {
  Codec codec;
  std::string front;  // all but the freshness, which is the message's last field
  int freshness_field = 0;
  std::string tag;  // of what it says
  AnswerStamp stamp;
};

/// Takes the freshness out of `answer`. Connect's own protocol only.
HeldAnswer held_of(const Codec& codec, google::protobuf::Message& answer, AnswerNotes notes);
/// The answer with its position, and for a GET with its tag: 304 to whoever has that. What is held
/// of its body is shared.
HttpResponse response_of(const HeldAnswerPtr& held, const Freshness& freshness,
                         const HttpRequest& request);

class HeldAnswers final {
 public:
  explicit HeldAnswers(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// What a question is known by, before it is read; empty = it is never held.
  static std::string key_of(const HttpRequest& request);
  /// Null when there is none. Whether it still holds, its stamp says.
  [[nodiscard]] HeldAnswerPtr find(const std::string& key);
  void hold(const std::string& key, HeldAnswerPtr answer);
  [[nodiscard]] std::size_t bytes() const;

 private:
  struct Entry {
    std::string key;
    HeldAnswerPtr answer;
    bool asked_for = false;
  };
  using Entries = std::list<Entry>;
  static std::size_t bytes_of(const Entry& entry);
  void drop(Entries::iterator entry);
  void make_room(std::size_t bytes);

  const std::size_t bytes_max_;
  mutable std::mutex mutex_;  // guards what follows
  Entries entries_;           // the one that came or was spared last comes first
  std::unordered_map<std::string_view, Entries::iterator> by_key_;  // borrows the entries' keys
  std::size_t bytes_ = 0;
};

}  // namespace tenure::internal
