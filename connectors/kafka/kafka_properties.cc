#include "connectors/kafka/kafka_properties.h"

#include "connectors/kafka/internal/client_config.h"

namespace tenure {

Result<void> check_kafka_property(const std::string& name, const std::string& value) {
  TENURE_TRY(internal::client_config({}, {{name, value}}, internal::denied_for_consumers()));
  return ok();
}

}  // namespace tenure
