set(TEST_LIBRARIES tenure_engine_query tenure_projections)
set(TEST_LABELS scenarios)
