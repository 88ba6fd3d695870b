find_package(rapidcheck REQUIRED)
set(TEST_LIBRARIES rapidcheck)
