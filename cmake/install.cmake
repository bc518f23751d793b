# cmake --install: the two programs, their helper, the runtime for programs that are linked elsewhere, and the data.
include(CMakePackageConfigHelpers)

if(TARGET naascc1)
    set_target_properties(naascc1 PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/${NAAS_INSTALL_LIBEXEC})
    install(TARGETS naascc1 DESTINATION ${NAAS_INSTALL_LIBEXEC})
endif()
foreach(program naascc naas naas-mpi)
    if(TARGET ${program})
        install(TARGETS ${program})
    endif()
endforeach()
install(DIRECTORY examples/accelerators examples/accuracy examples/campaigns examples/networks examples/spaces examples/technology DESTINATION ${NAAS_INSTALL_DATA} OPTIONAL)

if(TARGET naas_rt)
    set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/naas_rt)
    set_target_properties(naas_rt PROPERTIES EXPORT_NAME rt INTERFACE_INCLUDE_DIRECTORIES
        "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/runtime/include>;$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
    install(TARGETS naas_rt EXPORT naas_rt)
    install(DIRECTORY runtime DESTINATION ${NAAS_INSTALL_DATA} FILES_MATCHING PATTERN "*.[ch]" PATTERN include EXCLUDE)
    install(FILES runtime/include/naas_rt.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
    install(EXPORT naas_rt FILE naas_rtConfig.cmake NAMESPACE naas:: DESTINATION ${package_folder})
    write_basic_package_version_file(${PROJECT_BINARY_DIR}/generated/naas_rtConfigVersion.cmake
        COMPATIBILITY SameMinorVersion)
    install(FILES ${PROJECT_BINARY_DIR}/generated/naas_rtConfigVersion.cmake DESTINATION ${package_folder})
    file(RELATIVE_PATH PREFIX_FROM_PC /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
    configure_file(cmake/naas_rt.pc.in generated/naas_rt.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/generated/naas_rt.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()
