set(TEST_LIBRARIES rapidcheck)
# alerts as the runtime cites them
list(APPEND TEST_LIBRARIES tenure_engine_runtime)
