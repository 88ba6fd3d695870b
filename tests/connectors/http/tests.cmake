set(TEST_LIBRARIES tenure_connectors_http tenure_engine_kv tenure_projections Boost::json)

# A route or a method without a row in access.h does not compile, and says what is missing.
set(refused ${CMAKE_CXX_COMPILER} -std=c++20 -fsyntax-only -I${CMAKE_SOURCE_DIR})
set(refused_source ${CMAKE_CURRENT_SOURCE_DIR}/connectors/http/refused/route.cc)
add_test(NAME connectors_http_ruled_routes_compile COMMAND ${refused} -Werror ${refused_source})
add_test(NAME connectors_http_route_without_row COMMAND ${refused} "-DROUTE=\"/new\"" ${refused_source})
add_test(NAME connectors_http_method_without_row
  COMMAND ${refused} "-DMETHOD=\"tenure.api.v1.AlertService/New\"" ${refused_source})
set_tests_properties(connectors_http_route_without_row connectors_http_method_without_row PROPERTIES
  PASS_REGULAR_EXPRESSION "this_path_has_no_row_among_the_access_rules")
set_tests_properties(connectors_http_ruled_routes_compile connectors_http_route_without_row
  connectors_http_method_without_row PROPERTIES LABELS house)
