# The libraries that naascc stands on, as targets deps::<name>. Each failure names the Debian package that helps.

find_package(PkgConfig)
if(NOT PkgConfig_FOUND)
    message(FATAL_ERROR "pkg-config was not found (Debian: apt-get install pkg-config)")
endif()

# deps::<name> from a pkg-config module of at least the given version.
function(find_dependency_module name module version package)
    pkg_check_modules(${name} QUIET IMPORTED_TARGET "${module}>=${version}")
    if(NOT ${name}_FOUND)
        message(FATAL_ERROR "${module} ${version} or later was not found (Debian: apt-get install ${package})")
    endif()
    message(STATUS "${module} ${${name}_VERSION}")
    add_library(deps::${name} INTERFACE IMPORTED GLOBAL)
    target_link_libraries(deps::${name} INTERFACE PkgConfig::${name})
endfunction()

find_dependency_module(isl isl 0.25 libisl-dev)
find_dependency_module(cjson libcjson 1.7.12 libcjson-dev)
find_dependency_module(sqlite3 sqlite3 3.40 libsqlite3-dev)
find_dependency_module(yaml yaml-0.1 0.2 libyaml-dev)
find_package(Threads REQUIRED)
find_package(MPI COMPONENTS C) # optional: without it naas runs on one machine
if(NAAS_TESTS)
    find_dependency_module(cmocka cmocka 1.1.5 libcmocka-dev)
endif()

# Only this version of libclang: what it says of C sources differs from one to the next.
set(NAAS_LLVM_ROOT /usr/lib/llvm-19 CACHE PATH "where LLVM 19 is installed")
find_path(NAAS_CLANG_C_INCLUDE clang-c/Index.h HINTS ${NAAS_LLVM_ROOT}/include NO_DEFAULT_PATH)
find_library(NAAS_CLANG_C_LIBRARY NAMES clang-19 clang HINTS ${NAAS_LLVM_ROOT}/lib NO_DEFAULT_PATH)
if(NOT NAAS_CLANG_C_INCLUDE OR NOT NAAS_CLANG_C_LIBRARY)
    message(FATAL_ERROR "libclang 19 was not found under ${NAAS_LLVM_ROOT} "
        "(Debian: apt-get install libclang-19-dev; elsewhere set NAAS_LLVM_ROOT)")
endif()
message(STATUS "libclang ${NAAS_CLANG_C_LIBRARY}")
add_library(deps::libclang INTERFACE IMPORTED GLOBAL)
target_include_directories(deps::libclang SYSTEM INTERFACE ${NAAS_CLANG_C_INCLUDE})
target_link_libraries(deps::libclang INTERFACE ${NAAS_CLANG_C_LIBRARY})
