set(TEST_LIBRARIES rapidcheck)
