set(TEST_LIBRARIES tenure_connectors_kafka)
set(TEST_LABELS integration)
