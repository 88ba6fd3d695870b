set(TEST_LIBRARIES tenure_proto rapidcheck)
