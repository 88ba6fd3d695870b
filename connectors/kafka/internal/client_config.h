// librdkafka configurations: what we set, what an operator may set, and what would break a promise.
#pragma once

#include "connectors/kafka/internal/handles.h"
#include "engine/base/result.h"

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace tenure::internal {

using Properties = std::map<std::string, std::string>;

/// A property that an operator may not set, and why.
struct DeniedProperty {
  std::string_view name;
  std::string_view why;
};

/// Refused for every client.
std::span<const DeniedProperty> denied_for_clients();
/// Refused for consumers besides.
std::span<const DeniedProperty> denied_for_consumers();
/// Refused for producers besides.
std::span<const DeniedProperty> denied_for_producers();

/// A configuration from `own`, then `passed` on top, which may hold nothing of the two lists of
/// denied properties. kInvalid names the property; the value of a property is never part of the
/// message. Log lines go to engine/base/log.
Result<ConfHandle> client_config(const Properties& own, const Properties& passed,
                                 std::span<const DeniedProperty> denied);

/// Takes `conf` over. kInvalid with librdkafka's words when the properties do not go together.
Result<ClientHandle> make_client(rd_kafka_type_t type, ConfHandle conf);

}  // namespace tenure::internal
