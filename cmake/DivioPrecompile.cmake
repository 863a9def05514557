# The headers that most files include, compiled once for all of them: it saves a third of a build's time. The presets that
# have it also compile the files of a target as one (CMAKE_UNITY_BUILD), which takes less than half of what is left: what the
# anonymous namespaces of a target's files hold has different names. The other builds prove that each file includes what it uses.
option(DIVIO_PRECOMPILE "Compile common headers once" OFF)

if(DIVIO_PRECOMPILE)
  add_compile_options(-fpch-preprocess)  # lets ccache work
  file(WRITE ${PROJECT_BINARY_DIR}/generated/precompiled.cpp "")
  set(headers <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <mutex> <optional> <set> <stop_token>
              <string> <string_view> <thread> <utility> <vector> <fmt/format.h> <tl/expected.hpp>)
  add_library(divio_precompiled OBJECT ${PROJECT_BINARY_DIR}/generated/precompiled.cpp)
  target_link_libraries(divio_precompiled PRIVATE divio_options tl::expected fmt::fmt Threads::Threads)
  target_precompile_headers(divio_precompiled PRIVATE ${headers})
  if(DIVIO_BUILD_TESTS)
    add_library(divio_precompiled_tests OBJECT ${PROJECT_BINARY_DIR}/generated/precompiled.cpp)
    target_link_libraries(divio_precompiled_tests PRIVATE divio_options tl::expected fmt::fmt doctest::doctest nlohmann_json::nlohmann_json Threads::Threads)
    set_target_properties(divio_precompiled_tests PROPERTIES DIVIO_TEST ON)
    target_precompile_headers(divio_precompiled_tests PRIVATE ${headers} <doctest/doctest.h> <nlohmann/json.hpp>)
  endif()
endif()

# divio_precompile(TARGET [FROM]): FROM is divio_precompiled or divio_precompiled_tests. Programs are then compiled as
# libraries are, for precompiled headers can be used with the same options only.
function(divio_precompile target)
  set(from ${ARGN})
  if(NOT from)
    set(from divio_precompiled)
  endif()
  if(DIVIO_PRECOMPILE)
    get_target_property(type ${target} TYPE)
    if(type STREQUAL EXECUTABLE)
      set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
      target_compile_options(${target} PRIVATE -fPIC)
    endif()
    target_link_libraries(${target} PRIVATE fmt::fmt)
    target_precompile_headers(${target} REUSE_FROM ${from})
  endif()
endfunction()
