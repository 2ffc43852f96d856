# nsgcheck_test(<name> SOURCES ... [LIBRARIES ...]): one GoogleTest program, its cases found at build time.
function(nsgcheck_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} nsgcheck_flags GTest::gmock GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE NSGCHECK_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                             $<$<BOOL:${NSGCHECK_SANITIZE}>:NSGCHECK_SANITIZED>)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  gtest_discover_tests(${name} NO_PRETTY_VALUES DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()
