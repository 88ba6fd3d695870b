# The binary is no library: what is tested by itself is compiled in.
list(APPEND sources ${CMAKE_SOURCE_DIR}/apps/tenure/money_text.cc ${CMAKE_SOURCE_DIR}/apps/tenure/output.cc)
set(TEST_LIBRARIES Boost::json fmt::fmt)
