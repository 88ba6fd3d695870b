// Any bytes as a record. The first byte chooses the form, the rest is the value; every record gives
// an event that can be read again, or is skipped.
#include "engine/event/decoder.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

constexpr tenure::RecordHeaderView kBinaryJson[] = {{"content-type", "application/json"},
                                                    {"ce_specversion", "1.0"},
                                                    {"ce_id", "1"},
                                                    {"ce_source", "s"},
                                                    {"ce_type", "contract.signed"}};
constexpr tenure::RecordHeaderView kActivity[] = {{"ce_type", "a.type.of.its.own"}};
constexpr tenure::RecordHeaderView kBinaryProtobuf[] = {{"content-type", "application/protobuf"},
                                                        {"ce_type", "alert.transitioned"}};
constexpr tenure::RecordHeaderView kJson[] = {{"content-type", "application/cloudevents+json"}};
constexpr tenure::RecordHeaderView kProtobuf[] = {
    {"content-type", "application/cloudevents+protobuf"}};
constexpr std::span<const tenure::RecordHeaderView> kForms[] = {kBinaryJson, kActivity,
                                                                kBinaryProtobuf, kJson, kProtobuf};

tenure::DecoderOptions options(tenure::RecordFormat format) {
  tenure::DecoderOptions made;
  made.format = format;
  made.source = "c/t";
  made.person_key = "k";
  made.may_send_reference = true;
  return made;
}

tenure::RecordDecoder& decoder(tenure::RecordFormat format) {
  static tenure::RecordDecoder cloud_events(options(tenure::RecordFormat::kCloudEvents));
  static tenure::RecordDecoder bare(options(tenure::RecordFormat::kProtobuf));
  return format == tenure::RecordFormat::kProtobuf ? bare : cloud_events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t form = bytes[0] % 6;
  tenure::SourceRecord record;
  record.partition = "kafka:t/0";
  record.key = "acc";
  record.value = {reinterpret_cast<const char*>(bytes) + 1, size - 1};
  if (form < 5) record.headers = kForms[form];
  tenure::EventBatch batch;
  const auto format =
      form < 5 ? tenure::RecordFormat::kCloudEvents : tenure::RecordFormat::kProtobuf;
  const auto decoded =
      decoder(format).decode(record, tenure::Instant{1'700'000'000'000'000}, batch);
  const bool skipped = decoded == tenure::Decoded::kSkipped;
  if (batch.size() != (skipped ? 0 : 1)) std::abort();
  if (!skipped && !tenure::read_event(batch.events().front().bytes)) std::abort();
  return 0;
}
