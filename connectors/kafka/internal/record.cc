#include "connectors/kafka/internal/record.h"

namespace tenure::internal {
namespace {

std::string_view view(const void* bytes, std::size_t size) {
  return bytes == nullptr ? std::string_view()
                          : std::string_view(static_cast<const char*>(bytes), size);
}

}  // namespace

Instant appended_at(const rd_kafka_message_t& message) {
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const std::int64_t ms = rd_kafka_message_timestamp(&message, &type);
  return {type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE || ms < 0 ? 0 : ms * 1000};
}

SourceRecord read_message(const rd_kafka_message_t& message,
                          std::vector<RecordHeaderView>& headers) {
  SourceRecord record;
  record.offset = message.offset;
  record.appended_at = appended_at(message);
  record.key = view(message.key, message.key_len);
  record.value = view(message.payload, message.len);
  record.has_value = message.payload != nullptr;
  rd_kafka_headers_t* list = nullptr;
  if (rd_kafka_message_headers(&message, &list) != RD_KAFKA_RESP_ERR_NO_ERROR) return record;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0;
       rd_kafka_header_get_all(list, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
    headers.push_back({name, view(value, size)});
  }
  return record;
}

}  // namespace tenure::internal
