# divio_link_statically(TARGET): links what has a static archive into the program, because each shared library costs time
# at every start (libfmt and libstdc++ alone about a millisecond). Where an archive is missing the shared library is used.
#
# The shared libraries stay on the link line behind the archives; --as-needed drops those of which nothing is left to use.
option(DIVIO_STATIC "Link libraries statically into the program where their archives are there" ON)

function(divio_link_statically target)
  if(NOT DIVIO_STATIC OR DIVIO_SANITIZE)
    return()
  endif()
  target_link_options(${target} PRIVATE -static-libstdc++ -static-libgcc -Wl,--as-needed)
  foreach(name IN ITEMS yaml-cpp sqlite3 sodium)
    find_library(DIVIO_STATIC_${name} NAMES lib${name}.a)
    mark_as_advanced(DIVIO_STATIC_${name})
    if(DIVIO_STATIC_${name})
      target_link_libraries(${target} PRIVATE ${DIVIO_STATIC_${name}})
    endif()
  endforeach()

  # libfmt is there as a shared library only; what it compiles is compiled here from its headers.
  set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
  try_compile(DIVIO_FMT_COMPILES SOURCES ${PROJECT_SOURCE_DIR}/cli/fmt_once.cpp LINK_LIBRARIES fmt::fmt CXX_STANDARD 20)
  if(DIVIO_FMT_COMPILES)
    target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/cli/fmt_once.cpp)
  endif()
endfunction()
