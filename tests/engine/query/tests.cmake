set(TEST_LIBRARIES tenure_engine_query Boost::json)
