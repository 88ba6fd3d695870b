find_package(rapidcheck REQUIRED)
set(TEST_LIBRARIES tenure_projections rapidcheck)
