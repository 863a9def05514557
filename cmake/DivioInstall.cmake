# What `cmake --install` puts in place. Component `development`: the library with its headers, for find_package(divioctl)
# and pkg-config.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/divioctl)

install(TARGETS divio EXPORT divioctlTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/divio DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development
        FILES_MATCHING PATTERN "*.hpp")
install(EXPORT divioctlTargets NAMESPACE divioctl:: DESTINATION ${package_folder} COMPONENT development)

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/divioctlConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/package/divioctlConfig.cmake INSTALL_DESTINATION ${package_folder})
# Before 1.0 a minor version may change the library's functions.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/package/divioctlConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/package/divioctlConfig.cmake ${PROJECT_BINARY_DIR}/package/divioctlConfigVersion.cmake
        DESTINATION ${package_folder} COMPONENT development)

# The file finds its prefix from where it lies, so that the installed folder can be moved.
file(RELATIVE_PATH divio_prefix_from_pc /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(${PROJECT_SOURCE_DIR}/cmake/divioctl.pc.in ${PROJECT_BINARY_DIR}/package/divioctl.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/package/divioctl.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
