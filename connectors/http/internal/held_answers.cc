#include "connectors/http/internal/held_answers.h"

#include "connectors/http/internal/api_messages.h"
#include "connectors/http/internal/field_lists.h"
#include "tenure/api/v1/common.pb.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/message.h>

namespace tenure::internal {
namespace {

namespace pb = ::google::protobuf;
namespace msg = ::tenure::api::v1;

// Longer ones are asked by nobody twice.
constexpr std::size_t kKeyBytesMax = 512;
// What an entry costs beside its bytes.
constexpr std::size_t kEntryBytes = 320;
constexpr int kLengthDelimited = 2;
// What its freshness adds to an answer beside the position, at most.
constexpr std::size_t kFreshnessBytes = 160;

void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

void append_freshness(const HeldAnswer& held, const Freshness& freshness, std::string& out) {
  if (held.codec.json) {
    out.reserve(out.size() + kFreshnessBytes + freshness.position.size());
    out.append(",\"freshness\":{\"position\":\"").append(freshness.position);
    out.append("\",\"as_of\":\"").append(freshness.as_of);
    out.append("\",\"complete\":").append(freshness.complete ? "true" : "false");
    out.append(",\"reference_position\":\"");
    out.append(std::to_string(freshness.reference_position)).append("\"}}");
    return;
  }
  msg::Freshness message;
  message.set_position(freshness.position);
  message.set_as_of(freshness.as_of);
  message.set_complete(freshness.complete);
  message.set_reference_position(freshness.reference_position);
  append_varint(out, static_cast<std::uint64_t>(held.freshness_field) << 3 | kLengthDelimited);
  append_varint(out, message.ByteSizeLong());
  message.AppendToString(&out);
}

}  // namespace

Freshness freshness_of(const Standing& standing) {
  return {to_string(standing.position), to_string(standing.as_of), standing.complete,
          standing.reference_position};
}

Freshness freshness_of(const pb::Message& answer) {
  const pb::FieldDescriptor* field = answer.GetDescriptor()->FindFieldByName("freshness");
  const auto& message =
      static_cast<const msg::Freshness&>(answer.GetReflection()->GetMessage(answer, field));
  return {message.position(), message.as_of(), message.complete(), message.reference_position()};
}

HeldAnswer held_of(const Codec& codec, pb::Message& answer, AnswerNotes notes) {
  HeldAnswer held;
  held.codec = codec;
  held.stamp = std::move(notes.stamp);
  const pb::FieldDescriptor* field = answer.GetDescriptor()->FindFieldByName("freshness");
  held.freshness_field = field->number();
  answer.GetReflection()->ClearField(&answer, field);
  if (!codec.json) held.tag = tag_of(answer);  // its bytes may differ where its maps do not
  held.front = write_message(codec, answer, notes.instead.name.empty() ? nullptr : &notes.instead);
  if (codec.json) {
    held.front.pop_back();
    held.tag = tag_of(held.front);
  }
  return held;
}

HttpResponse response_of(const HeldAnswerPtr& held, const Freshness& freshness,
                         const HttpRequest& request) {
  HttpResponse response;
  response.content_type = held->codec.content_type;
  response.headers.reserve(3);
  response.headers.emplace_back("Tenure-Position", freshness.position);
  if (request.method == "GET") {
    // Weak: what is the same answer may have been given at another instant.
    const std::string tag = held->tag + (freshness.complete ? "" : "-incomplete");
    response.headers.emplace_back("ETag", "W/\"" + tag + "\"");
    response.headers.emplace_back("Cache-Control", "private, no-cache");
    if (names_tag(request.fields.if_none_match, tag)) {
      response.status = 304;
      return response;
    }
  }
  response.held_body = {held, &held->front};
  append_freshness(*held, freshness, response.body);
  return response;
}

std::string HeldAnswers::key_of(const HttpRequest& request) {
  const HttpFields& fields = request.fields;
  const std::size_t bytes = request.query.size() + request.body.size();
  if (bytes > kKeyBytesMax || !fields.read_at_least.empty() || !fields.content_encoding.empty())
    return "";
  return request.method == "GET" ? "?" + request.query : request.content_type + "\n" + request.body;
}

std::size_t HeldAnswers::bytes_of(const Entry& entry) {
  return kEntryBytes + entry.key.size() + entry.answer->front.size();
}

HeldAnswerPtr HeldAnswers::find(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  found->second->asked_for = true;
  return found->second->answer;
}

void HeldAnswers::hold(const std::string& key, HeldAnswerPtr answer) {
  const std::lock_guard lock(mutex_);
  if (const auto found = by_key_.find(key); found != by_key_.end()) drop(found->second);
  Entry entry{key, std::move(answer), false};
  const std::size_t bytes = bytes_of(entry);
  if (bytes > bytes_max_) return;
  make_room(bytes);
  bytes_ += bytes;
  entries_.push_front(std::move(entry));
  by_key_.emplace(entries_.front().key, entries_.begin());
}

// Each is spared once at most between two times that it is asked for: this ends.
void HeldAnswers::make_room(std::size_t bytes) {
  while (bytes_ + bytes > bytes_max_) {
    const auto oldest = std::prev(entries_.end());
    if (!oldest->asked_for) {
      drop(oldest);
      continue;
    }
    oldest->asked_for = false;
    entries_.splice(entries_.begin(), entries_, oldest);
  }
}

void HeldAnswers::drop(Entries::iterator entry) {
  bytes_ -= bytes_of(*entry);
  by_key_.erase(entry->key);
  entries_.erase(entry);
}

std::size_t HeldAnswers::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace tenure::internal
