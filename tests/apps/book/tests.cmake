# health as the engine reads it
set(TEST_LIBRARIES tenure_engine_event tenure_engine_runtime tenure_projections)
