# Every kind of test gets its programs here, from the files that exist. Labels: unit, script, sim, live, web, long,
# lint.
# Tests run in the source folder, so that ../shared/vectors and build/release/quoin are found by relative names.

set(QUOIN_TEST_SECONDS 300)
if(QUOIN_SANITIZE)
  set(QUOIN_TEST_SECONDS 1200)
endif()

# quoin_test_support: what several test programs share, from tests/support/*.cpp.
function(quoin_test_support)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/support/*.cpp)
  if(sources)
    add_library(quoin_test_support STATIC ${sources})
    set(scope PUBLIC)
  else()
    add_library(quoin_test_support INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(quoin_test_support ${scope} ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(quoin_test_support ${scope} quoin_flags quoin_base rapidjson GTest::gtest rapidcheck
      rapidcheck_gtest)
endfunction()

# quoin_test_program(NAME LABEL label SOURCES file... LIBRARIES library... [SERIAL] [SHARDS n]): a GoogleTest program and
# its test, or n tests of a part each, begun before others because they take longest.
function(quoin_test_program name)
  cmake_parse_arguments(PARSE_ARGV 1 program "SERIAL" "LABEL;SHARDS" "SOURCES;LIBRARIES")
  add_executable(${name} ${program_SOURCES})
  target_link_libraries(${name} PRIVATE quoin_flags quoin_test_support ${program_LIBRARIES} GTest::gtest_main)
  set(test ${program_LABEL}.${name})
  set(tests ${test})
  if(program_SHARDS)
    math(EXPR last "${program_SHARDS} - 1")
    set(tests "")
    foreach(shard RANGE ${last})
      list(APPEND tests ${test}_${shard})
      add_test(NAME ${test}_${shard} COMMAND ${name})
      set_tests_properties(${test}_${shard} PROPERTIES COST 100
          ENVIRONMENT "GTEST_TOTAL_SHARDS=${program_SHARDS};GTEST_SHARD_INDEX=${shard}")
    endforeach()
  else()
    add_test(NAME ${test} COMMAND ${name})
  endif()
  set_tests_properties(${tests} PROPERTIES LABELS ${program_LABEL} TIMEOUT ${QUOIN_TEST_SECONDS}
      WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} RUN_SERIAL ${program_SERIAL})
endfunction()

# tests/unit/NAME: private headers of the module are open to its own tests.
function(quoin_unit_tests name)
  cmake_parse_arguments(PARSE_ARGV 1 unit "" "" "LIBRARIES")
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/unit/${name}/*.cpp)
  if(tests)
    quoin_test_program(${name}_test LABEL unit SOURCES ${tests} LIBRARIES quoin_${name} ${unit_LIBRARIES})
    target_include_directories(${name}_test PRIVATE ${CMAKE_SOURCE_DIR}/src/${name})
  endif()
endfunction()

# tests/sim runs the scripts of tests/scripts in the simulator; without the floors above 6 also the simulator itself is
# without its real nodes.
function(quoin_script_tests)
  if(NOT TARGET quoin_sim)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/sim/*.cpp)
    list(FILTER sources EXCLUDE REGEX "/(real_[a-z_]*|simulate)\\.cpp$")
    add_library(quoin_sim STATIC ${sources})
    target_include_directories(quoin_sim PRIVATE ${CMAKE_SOURCE_DIR}/src/sim)
    target_link_libraries(quoin_sim PUBLIC quoin_engine PRIVATE quoin_templates)
  endif()
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/sim/*.cpp)
  if(tests)
    quoin_test_program(script_test LABEL script SHARDS 2 SOURCES ${tests} LIBRARIES quoin_sim)
    target_include_directories(script_test PRIVATE ${CMAKE_SOURCE_DIR}/src/sim)
  endif()
  add_executable(trace_hash EXCLUDE_FROM_ALL tests/sim/programs/trace_hash.cpp)
  target_link_libraries(trace_hash PRIVATE quoin_sim)
  target_include_directories(trace_hash PRIVATE ${CMAKE_SOURCE_DIR}/src/sim)
endfunction()

# tests/exhaustive: every voting history of a small world. What takes minutes is disabled by name, and a test `long`.
function(quoin_exhaustive_tests)
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/exhaustive/*.cpp)
  quoin_test_program(exhaustive_test LABEL unit SOURCES ${tests} LIBRARIES quoin_finality quoin_slashing)
  add_test(NAME long.exhaustive_test COMMAND exhaustive_test --gtest_also_run_disabled_tests --gtest_filter=*DISABLED_*)
  set_tests_properties(long.exhaustive_test PROPERTIES LABELS long TIMEOUT 3600 WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endfunction()

# tests/mutants: every planted fault must be noticed. Only in a build that has the switch for them.
function(quoin_mutant_tests)
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/mutants/*.cpp)
  quoin_test_program(mutants_test LABEL long SOURCES ${tests} LIBRARIES quoin_sim quoin_store)
  target_include_directories(mutants_test PRIVATE ${CMAKE_SOURCE_DIR}/src/sim ${CMAKE_SOURCE_DIR}/src/staking)
  set_target_properties(mutants_test PROPERTIES UNITY_BUILD OFF) # each killer opens the namespace of what it kills
endfunction()

# tests/live: real processes of the program, so one at a time. QUOIN_PROGRAM is its path from the source folder.
function(quoin_live_tests)
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/live/*.cpp)
  if(tests AND TARGET quoin)
    file(RELATIVE_PATH program ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/quoin)
    quoin_test_program(live_test LABEL live SERIAL SOURCES ${tests} LIBRARIES quoin_asio quoin_app)
    target_compile_definitions(live_test PRIVATE QUOIN_PROGRAM="${program}")
    target_include_directories(live_test PRIVATE ${CMAKE_SOURCE_DIR}/src/app) # its client of the API
    add_dependencies(live_test quoin)
  endif()
  file(GLOB scripts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/live/*.sh)
  foreach(script IN LISTS scripts)
    get_filename_component(name ${script} NAME_WE)
    add_test(NAME live.${name} COMMAND sh ${script} $<TARGET_FILE:quoin>)
    set_tests_properties(live.${name} PROPERTIES LABELS live TIMEOUT ${QUOIN_TEST_SECONDS} RUN_SERIAL ON
        WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  endforeach()
endfunction()

# Two worlds at once: storms over a million node-slots and a million faults (RELIABILITY "Figures to reach"), and shorter
# ones over disks that fail and power cuts; one world of 100,000 validators. Label: sim. Storms of ten times as long:
# label long.
function(quoin_simulation_budget)
  if(TARGET quoin)
    set(budget sh tests/sim/budget.sh)
    add_test(NAME sim.disks COMMAND quoin sim --scenario failing_disks --seeds 4 --threads 2)
    add_test(NAME sim.mainnet_like COMMAND quoin sim --scenario mainnet_like)
    add_test(NAME sim.budget COMMAND ${budget} 1200000 1000000
        $<TARGET_FILE:quoin> sim --scenario chaos --seeds 10 --threads 2 --hours 2.6)
    add_test(NAME long.sim_budget COMMAND ${budget} 12000000 10000000
        $<TARGET_FILE:quoin> sim --scenario chaos --seed 101 --seeds 10 --threads 2 --hours 25)
    set_tests_properties(sim.disks sim.mainnet_like sim.budget long.sim_budget PROPERTIES
        LABELS sim TIMEOUT 1200 RUN_SERIAL ON WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(long.sim_budget PROPERTIES LABELS long TIMEOUT 7200)
  endif()
endfunction()

# tests/bench: one program per file (`ninja benchmarks`), run by hand or by deploy/test.sh --all; each prints JSON.
function(quoin_benchmarks)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/bench/*.cpp)
  add_custom_target(benchmarks)
  set(libraries_of_slasher quoin_node quoin_store)
  set(libraries_of_aggregates blst)
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME_WE)
    list(GET libraries_of_${name} 0 library)
    if(library AND NOT TARGET ${library})
      continue() # of floors that are not built
    endif()
    add_executable(bench_${name} EXCLUDE_FROM_ALL ${file})
    target_include_directories(bench_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(bench_${name} PRIVATE quoin_engine ${libraries_of_${name}} benchmark::benchmark)
    add_dependencies(benchmarks bench_${name})
  endforeach()
endfunction()

# tests/fuzz: one libFuzzer program per file (`ninja fuzzers`), in the preset `fuzz`. Of the modules of floor 8 only the
# pure files that read what comes from outside are built: Boost under the sanitizers would take minutes.
function(quoin_fuzz_targets)
  if(NOT QUOIN_SANITIZE MATCHES fuzzer-no-link)
    message(FATAL_ERROR "QUOIN_FUZZ needs clang and QUOIN_SANITIZE=fuzzer-no-link,address,undefined")
  endif()
  set(sources ${CMAKE_SOURCE_DIR}/src)
  add_library(fuzz_support STATIC EXCLUDE_FROM_ALL tests/fuzz/support/sample.cpp ${sources}/sim/virtual_node.cpp)
  target_include_directories(fuzz_support PUBLIC tests ${sources})
  target_link_libraries(fuzz_support PUBLIC quoin_engine)
  add_custom_target(fuzzers)
  quoin_fuzzer(ssz)
  quoin_fuzzer(json SOURCES ${sources}/api/bodies.cpp LIBRARIES rapidjson cereal::cereal)
  quoin_fuzzer(frame SOURCES ${sources}/gossip/frame.cpp ${sources}/gossip/kind.cpp ${sources}/gossip/messages.cpp
      ${sources}/gossip/packing.cpp LIBRARIES cereal::cereal)
  quoin_fuzzer(keystore LIBRARIES quoin_keys)
  quoin_fuzzer(engine)
endfunction()

# quoin_fuzzer(NAME SOURCES file... LIBRARIES library...): the program fuzz_NAME from tests/fuzz/NAME.cpp.
function(quoin_fuzzer name)
  cmake_parse_arguments(PARSE_ARGV 1 fuzzer "" "" "SOURCES;LIBRARIES")
  add_executable(fuzz_${name} EXCLUDE_FROM_ALL tests/fuzz/${name}.cpp ${fuzzer_SOURCES})
  target_include_directories(fuzz_${name} PRIVATE ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(fuzz_${name} PRIVATE fuzz_support ${fuzzer_LIBRARIES})
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  add_dependencies(fuzzers fuzz_${name})
endfunction()

# Every public header, compiled alone and twice over: `ninja headers`.
function(quoin_headers_alone)
  set(sources "")
  get_property(modules GLOBAL PROPERTY QUOIN_MODULES)
  foreach(module IN LISTS modules)
    file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/include/quoin/${module}/*.hpp)
    foreach(header IN LISTS headers)
      string(REPLACE ".hpp" ".cpp" source ${CMAKE_BINARY_DIR}/headers/${header})
      file(CONFIGURE OUTPUT ${source} CONTENT "#include <${header}>\n#include <${header}>\n")
      list(APPEND sources ${source})
    endforeach()
  endforeach()
  if(sources)
    add_library(headers OBJECT EXCLUDE_FROM_ALL ${sources})
    target_link_libraries(headers PRIVATE quoin_flags)
  endif()
endfunction()

# Checks that read the sources and build nothing.
function(quoin_lints)
  foreach(lint floors floors_fixtures paths)
    add_test(NAME lint.${lint} COMMAND sh tests/lint/${lint}.sh WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(lint.${lint} PROPERTIES LABELS lint TIMEOUT 60)
  endforeach()
endfunction()
