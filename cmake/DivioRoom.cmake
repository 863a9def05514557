# divio_room(NAME SOURCES a.cpp ... [LINKS target ...]): one room of the library, compiled as an object library and
# gathered into `divio`. What a room links stays its own: third-party headers are visible in that room only.
function(divio_room name)
  cmake_parse_arguments(room "" "" "SOURCES;LINKS" ${ARGN})
  string(REPLACE "/" "_" target divio_${name})
  add_library(${target} OBJECT ${room_SOURCES})
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/lib
                                              ${PROJECT_BINARY_DIR}/generated)
  target_link_libraries(${target} PUBLIC tl::expected fmt::fmt Threads::Threads PRIVATE divio_options ${room_LINKS})
  divio_precompile(${target})
  set_property(GLOBAL APPEND PROPERTY DIVIO_ROOMS ${target})
  set_property(GLOBAL APPEND PROPERTY DIVIO_LINKS ${room_LINKS})
endfunction()

# divio_test(NAME SOURCES a.cpp ... [LINKS target ...] [LABELS label ...] [SECONDS n]): a doctest program and its ctest entry. Link
# the rooms under test (divio_config divio_model divio_support), so that a test also proves what its room stands on.
#
# What needs an engine gets one to itself, from tests/testbed/with_engine.sh. SECONDS is about how long it takes where that
# is long: the longest begin first. The target `unit_tests` builds those with the label unit, and what they start.
set(DIVIO_WITH_ENGINE ${PROJECT_SOURCE_DIR}/tests/testbed/with_engine.sh)
function(divio_test name)
  cmake_parse_arguments(test "" "SECONDS" "SOURCES;LINKS;LABELS" ${ARGN})
  add_executable(${name} ${test_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE DIVIO_SOURCE_DIR="${PROJECT_SOURCE_DIR}" DIVIO_BINARY_DIR="${PROJECT_BINARY_DIR}")
  target_link_libraries(${name} PRIVATE divio_options divio_test_main doctest::doctest ${test_LINKS})
  divio_precompile(${name} divio_precompiled_tests)
  if("unit" IN_LIST test_LABELS)
    add_dependencies(unit_tests ${name})
  endif()
  set(with)
  if("engine" IN_LIST test_LABELS)
    set(with ${DIVIO_WITH_ENGINE})
  endif()
  add_test(NAME ${name} COMMAND ${with} $<TARGET_FILE:${name}>)
  set_tests_properties(${name} PROPERTIES LABELS "${test_LABELS}" COST "0${test_SECONDS}")
endfunction()
