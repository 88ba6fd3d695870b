#include "connectors/http/internal/api_messages.h"

#include "connectors/http/internal/json_check.h"
#include "connectors/http/internal/json_fields.h"
#include "engine/base/hash.h"
#include "engine/query/queries.h"
#include "tenure/api/v1/common.pb.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

#include <memory>

namespace tenure::internal {
namespace {

namespace pb = ::google::protobuf;
namespace msg = ::tenure::api::v1;

const pb::FieldDescriptor* freshness_field(const pb::Message& answer) {
  const pb::FieldDescriptor* field = answer.GetDescriptor()->FindFieldByName("freshness");
  const bool there = field != nullptr && !field->is_repeated() &&
                     field->message_type() == msg::Freshness::descriptor() &&
                     answer.GetReflection()->HasField(answer, field);
  return there ? field : nullptr;
}

const pb::FieldDescriptor* one_text(const pb::Message& message, const std::string& name) {
  const pb::FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  const bool fits = field != nullptr && !field->is_repeated() &&
                    field->cpp_type() == pb::FieldDescriptor::CPPTYPE_STRING;
  return fits ? field : nullptr;
}

// Maps have an order of their own only in these bytes.
std::string hash_of(const pb::Message& message) {
  std::string bytes(message.ByteSizeLong(), '\0');
  {
    pb::io::ArrayOutputStream out(bytes.data(), static_cast<int>(bytes.size()));
    pb::io::CodedOutputStream coded(&out);
    coded.SetSerializationDeterministic(true);
    message.SerializeToCodedStream(&coded);
  }
  return to_hex(fast_hash128(bytes));
}

// The hash of a copy from which `take` took what is only about its freshness.
template <class Take>
std::string hash_without(const pb::Message& answer, Take take) {
  const pb::FieldDescriptor* field = freshness_field(answer);
  if (field == nullptr) return hash_of(answer);
  const std::unique_ptr<pb::Message> bare(answer.New());
  bare->CopyFrom(answer);
  take(*bare, field);
  return hash_of(*bare);
}

}  // namespace

Result<void> read_message(const Codec& codec, const std::string& bytes, pb::Message& message) {
  if (!codec.json) {
    if (!message.ParseFromString(bytes))
      return fail(ErrorCode::kInvalid, "the body is no " + message.GetDescriptor()->full_name() +
                                           " in protobuf's binary");
    return check_enums(message);
  }
  TENURE_TRY(check_json(bytes));
  // The library takes "yes" for true and one value for a list of one, and says less of what is
  // wrong.
  if (std::string fault = wrong_field(*message.GetDescriptor(), bytes); !fault.empty())
    return fail(ErrorCode::kInvalid, std::move(fault));
  pb::util::JsonParseOptions options;
  options.ignore_unknown_fields = false;
  const auto read = pb::util::JsonStringToMessage(bytes, &message, options);
  if (read.ok()) return check_enums(message);
  return fail(ErrorCode::kInvalid, "the body is no " + message.GetDescriptor()->full_name() + ": " +
                                       std::string(read.message().data(), read.message().size()));
}

std::string write_message(const Codec& codec, const pb::Message& message,
                          const JsonField* instead) {
  return codec.json ? to_json(message, instead) : message.SerializeAsString();
}

std::string position_of(const pb::Message& answer) {
  const pb::FieldDescriptor* field = freshness_field(answer);
  if (field == nullptr) return "";
  return text_field(answer.GetReflection()->GetMessage(answer, field), "position");
}

std::string text_field(const pb::Message& message, const std::string& name) {
  const pb::FieldDescriptor* field = one_text(message, name);
  return field == nullptr ? "" : message.GetReflection()->GetString(message, field);
}

void set_text_field(pb::Message& message, const std::string& name, const std::string& value) {
  if (const pb::FieldDescriptor* field = one_text(message, name))
    message.GetReflection()->SetString(&message, field, value);
}

std::string tag_of(std::string_view bytes) { return to_hex(fast_hash128(bytes)); }

std::string tag_of(const pb::Message& answer) {
  return hash_without(answer, [](pb::Message& bare, const pb::FieldDescriptor* freshness) {
    set_text_field(*bare.GetReflection()->MutableMessage(&bare, freshness), "as_of", "");
  });
}

std::string tag_of_content(pb::Message& answer) {
  const pb::FieldDescriptor* field = freshness_field(answer);
  if (field == nullptr) return hash_of(answer);
  // Taken out meanwhile: answers may be long, and a copy takes longer than the hash.
  const pb::Reflection& reflection = *answer.GetReflection();
  pb::Message* const freshness = reflection.ReleaseMessage(&answer, field);
  std::string tag = hash_of(answer);
  reflection.SetAllocatedMessage(&answer, freshness, field);
  return tag;
}

}  // namespace tenure::internal
