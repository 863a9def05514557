# What every target of the project is compiled with: attach with target_link_libraries(T PRIVATE divio_options).
add_library(divio_options INTERFACE)
target_compile_features(divio_options INTERFACE cxx_std_20)
target_compile_options(divio_options INTERFACE
  -Wall -Wextra -Wno-missing-field-initializers -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
  $<$<BOOL:${DIVIO_WERROR}>:-Werror>)
define_property(TARGET PROPERTY DIVIO_TEST INITIALIZE_FROM_VARIABLE DIVIO_TEST)  # set in tests/
# DIVIO_SANITIZE_LESS: checks of undefined behaviour that are left out, for they take a third of the time of compiling.
if(DIVIO_SANITIZE)
  target_compile_options(divio_options INTERFACE -fsanitize=${DIVIO_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(divio_options INTERFACE -fsanitize=${DIVIO_SANITIZE})
  if(DIVIO_SANITIZE MATCHES address)
    # What checks addresses adds half a million that each start would relocate: tests start the program thousands of times.
    target_link_options(divio_options INTERFACE -no-pie)
  endif()
  if(DIVIO_SANITIZE_LESS)
    target_compile_options(divio_options INTERFACE -fno-sanitize=${DIVIO_SANITIZE_LESS})
  endif()
  # Half of what is compiled are tests: where addresses are checked, they are checked for nothing else, which saves a seventh of it.
  if(DIVIO_SANITIZE MATCHES "address,undefined")
    target_compile_options(divio_options INTERFACE $<$<BOOL:$<TARGET_PROPERTY:DIVIO_TEST>>:-fno-sanitize=undefined>)
  endif()
endif()
# A release is small rather than unrolled, which halves our own code: what it waits for are engines.
if(NOT DIVIO_SANITIZE)
  add_compile_options($<$<CONFIG:Release>:-ffunction-sections> $<$<CONFIG:Release>:-fdata-sections>)
  add_link_options($<$<CONFIG:Release>:-Wl,--gc-sections>)
endif()
string(REPLACE "-O3" "-Os" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(DIVIO_CCACHE ccache)
if(DIVIO_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # What ccache asks for where headers are precompiled (its manual, "Precompiled headers").
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${DIVIO_CCACHE})
endif()
find_program(DIVIO_MOLD mold)
if(DIVIO_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
