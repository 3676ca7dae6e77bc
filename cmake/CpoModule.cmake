# cpo_module(NAME [DEPS module...] [LIBS library...] [TEST_DEPS module...])
#
# One static library cpo_NAME from the .cpp files of the calling folder, cpo_NAME_test from its
# *_test.cpp files, and (with CPO_FUZZ) one program per *_fuzz.cpp. DEPS are other modules, by name;
# they are exactly what the folder may include. A folder with headers only becomes an interface library.

set(CPO_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor
                 -Woverloaded-virtual -Werror)
# -fno-math-errno and no fused contraction: the same source gives the same numbers on every machine.
set(CPO_OPTIONS ${CPO_WARNINGS} -ffp-contract=off -fno-math-errno)
# What is tested is optimised, the tests need not be: that would be half of their compile time.
set(CPO_TEST_OPTIONS ${CPO_OPTIONS} -O0)

# Two precompiled headers for the whole tree: one for code, one with the test framework on top.
function(cpo_precompiled_header name header options)
    if(NOT EXISTS ${CMAKE_BINARY_DIR}/${name}.cpp)
        file(WRITE ${CMAKE_BINARY_DIR}/${name}.cpp "")
    endif()
    add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/${name}.cpp)
    target_compile_options(${name} PRIVATE ${options})
    target_link_libraries(${name} PRIVATE Boost::json fmt::fmt Threads::Threads ${ARGN})
    target_precompile_headers(${name} PRIVATE ${header})
endfunction()
cpo_precompiled_header(cpo_pch ${PROJECT_SOURCE_DIR}/cmake/pch.h "${CPO_OPTIONS}")
cpo_precompiled_header(cpo_test_pch ${PROJECT_SOURCE_DIR}/cmake/test_pch.h "${CPO_TEST_OPTIONS}" GTest::gmock rapidcheck)

function(cpo_module name)
    cmake_parse_arguments(arg "" "" "DEPS;LIBS;TEST_DEPS" ${ARGN})
    list(TRANSFORM arg_DEPS PREPEND cpo_)
    list(TRANSFORM arg_TEST_DEPS PREPEND cpo_)
    file(GLOB tests CONFIGURE_DEPENDS *_test.cpp)
    file(GLOB fuzzers CONFIGURE_DEPENDS *_fuzz.cpp)
    file(GLOB sources CONFIGURE_DEPENDS *.cpp)
    if(tests OR fuzzers)
        list(REMOVE_ITEM sources ${tests} ${fuzzers})
    endif()
    list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")

    if(sources)
        add_library(cpo_${name} STATIC ${sources})
        target_include_directories(cpo_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
        target_link_libraries(cpo_${name} PUBLIC ${arg_DEPS} ${arg_LIBS})
        target_compile_options(cpo_${name} PRIVATE ${CPO_OPTIONS})
        target_precompile_headers(cpo_${name} REUSE_FROM cpo_pch)
    else()
        add_library(cpo_${name} INTERFACE)
        target_include_directories(cpo_${name} INTERFACE ${PROJECT_SOURCE_DIR}/src)
        target_link_libraries(cpo_${name} INTERFACE ${arg_DEPS} ${arg_LIBS})
    endif()

    if(tests AND NOT CPO_FUZZ)
        cpo_test(cpo_${name}_test SOURCES ${tests} LIBS cpo_${name} ${arg_TEST_DEPS})
    endif()
    if(CPO_FUZZ)
        foreach(fuzzer ${fuzzers})
            get_filename_component(target ${fuzzer} NAME_WE)
            add_executable(${target} ${fuzzer})
            target_link_libraries(${target} PRIVATE cpo_${name} ${arg_TEST_DEPS} -fsanitize=fuzzer)
            target_compile_options(${target} PRIVATE ${CPO_OPTIONS})
        endforeach()
    endif()
endfunction()

# cpo_test(NAME SOURCES file... LIBS target...): a GoogleTest program, one ctest entry a program.
# Tests find shared data through CPO_SHARED_DIR and say that they skip when it is not there.
function(cpo_test name)
    cmake_parse_arguments(arg "" "" "SOURCES;LIBS" ${ARGN})
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE ${arg_LIBS} GTest::gmock_main rapidcheck)
    target_compile_options(${name} PRIVATE ${CPO_TEST_OPTIONS})
    target_compile_definitions(${name} PRIVATE
        CPO_SOURCE_DIR="${PROJECT_SOURCE_DIR}" CPO_SHARED_DIR="${PROJECT_SOURCE_DIR}/../shared")
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
    target_precompile_headers(${name} REUSE_FROM cpo_test_pch)
    # Eight files are compiled as one: they share their headers and matchers, which takes half the time.
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    add_test(NAME ${name} COMMAND ${name})
    set_property(GLOBAL APPEND PROPERTY CPO_TESTS ${name})
endfunction()

# cpo_embed(TARGET NAME FILE): the bytes of FILE as `std::string_view cpo::embedded::NAME()`,
# declared in "embedded/NAME.h".
function(cpo_embed target name file)
    set(stem ${CMAKE_BINARY_DIR}/embedded/embedded/${name})
    add_custom_command(
        OUTPUT ${stem}.cpp ${stem}.h
        COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DFILE=${file} -DSTEM=${stem} -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
        DEPENDS ${file} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake VERBATIM)
    add_custom_target(embed_${name} DEPENDS ${stem}.cpp ${stem}.h)
    add_dependencies(${target} embed_${name})
    set_property(GLOBAL APPEND PROPERTY CPO_EMBEDDED embed_${name})
    target_sources(${target} PRIVATE ${stem}.cpp ${stem}.h)
    set_source_files_properties(${stem}.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
    target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR}/embedded)
endfunction()
