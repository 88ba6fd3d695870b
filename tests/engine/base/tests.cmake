set(TEST_LIBRARIES yaml-cpp)
