# Where things lie. naascc finds its parts relative to its own place, so the build tree has the shape of an installed one:
# bin/ libexec/naascc/ lib/ include/ share/naascc/. naas_config.h tells the programs the ways from bin/.
include(GNUInstallDirs)

set(NAAS_PARTS LIBEXEC LIB INCLUDE DATA)
set(NAAS_INSTALL_LIBEXEC ${CMAKE_INSTALL_LIBEXECDIR}/naascc)
set(NAAS_INSTALL_LIB ${CMAKE_INSTALL_LIBDIR})
set(NAAS_INSTALL_INCLUDE ${CMAKE_INSTALL_INCLUDEDIR})
set(NAAS_INSTALL_DATA ${CMAKE_INSTALL_DATADIR}/naascc)

foreach(part ${NAAS_PARTS})
    if(IS_ABSOLUTE "${NAAS_INSTALL_${part}}" OR IS_ABSOLUTE "${CMAKE_INSTALL_BINDIR}")
        message(FATAL_ERROR "the install directories have to be relative to the prefix, ${NAAS_INSTALL_${part}} is not")
    endif()
    file(RELATIVE_PATH NAAS_${part}_DIR ${PROJECT_BINARY_DIR}/${CMAKE_INSTALL_BINDIR} ${PROJECT_BINARY_DIR}/${NAAS_INSTALL_${part}})
endforeach()
configure_file(${CMAKE_CURRENT_LIST_DIR}/naas_config.h.in ${PROJECT_BINARY_DIR}/generated/naas_config.h)

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/${CMAKE_INSTALL_BINDIR})
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/${NAAS_INSTALL_LIB})

# The header and the data of the build tree are those of the source tree.
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/${NAAS_INSTALL_INCLUDE} ${PROJECT_BINARY_DIR}/${NAAS_INSTALL_DATA})
file(CREATE_LINK ${PROJECT_SOURCE_DIR}/runtime/include/naas_rt.h
    ${PROJECT_BINARY_DIR}/${NAAS_INSTALL_INCLUDE}/naas_rt.h SYMBOLIC)
foreach(folder accelerators accuracy campaigns networks spaces technology)
    file(CREATE_LINK ${PROJECT_SOURCE_DIR}/examples/${folder}
        ${PROJECT_BINARY_DIR}/${NAAS_INSTALL_DATA}/${folder} SYMBOLIC)
endforeach()
# The runtime's sources, for other machines.
file(CREATE_LINK ${PROJECT_SOURCE_DIR}/runtime ${PROJECT_BINARY_DIR}/${NAAS_INSTALL_DATA}/runtime SYMBOLIC)
