# A line a benchmark: tenure_bench(<name> LIBRARIES <targets> [OWN_MAIN]) for tests/bench/<name>_bench.cc.
tenure_bench(log LIBRARIES tenure_engine_log)
tenure_bench(kafka LIBRARIES tenure_connectors_kafka)
tenure_bench(projections LIBRARIES tenure_projections tenure_engine_reference GTest::gtest)
tenure_bench(review LIBRARIES tenure_engine_review)
tenure_bench(json LIBRARIES tenure_engine_query)
