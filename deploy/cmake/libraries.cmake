# What the project builds on. Floors 0-6 need only what stands above the return.

find_package(PkgConfig REQUIRED)
find_package(cereal REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
if(QUOIN_TESTS)
  find_package(GTest REQUIRED)
  find_package(rapidcheck REQUIRED)
endif()
if(QUOIN_BENCHMARKS)
  find_package(benchmark REQUIRED)
endif()

if(NOT EXISTS ${QUOIN_BLST_DIR}/src/server.c)
  message(FATAL_ERROR "blst is not at ${QUOIN_BLST_DIR}: run 'npm ci --ignore-scripts', or set QUOIN_BLST_DIR")
endif()
add_library(blst STATIC ${QUOIN_BLST_DIR}/src/server.c ${QUOIN_BLST_DIR}/build/assembly.S)
target_include_directories(blst SYSTEM PUBLIC ${QUOIN_BLST_DIR}/bindings)
target_compile_definitions(blst PRIVATE __BLST_PORTABLE__)
target_compile_options(blst PRIVATE -O2 -fno-builtin -w)
if(QUOIN_SANITIZE)
  target_compile_options(blst PRIVATE -fno-sanitize=all)
endif()

# Headers only, and used by floor 2 (JSON) and by the tests.
add_library(rapidjson INTERFACE)
target_compile_definitions(rapidjson INTERFACE RAPIDJSON_HAS_STDSTRING=1)
if(QUOIN_SANITIZE MATCHES undefined)
  # Its stack adds to a null pointer before it first grows.
  target_compile_options(rapidjson INTERFACE -fno-sanitize=pointer-overflow)
endif()

if(QUOIN_CORE_ONLY)
  return()
endif()

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS url)
find_package(OpenSSL 3 REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)

# Boost.Asio and Boost.Beast, compiled once; src/asio holds that one file and is no module.
add_library(quoin_asio STATIC src/asio/asio.cpp)
target_compile_features(quoin_asio PUBLIC cxx_std_20)
target_compile_definitions(quoin_asio PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
    BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_NO_TS_EXECUTORS)
target_link_libraries(quoin_asio PUBLIC Boost::headers Boost::url OpenSSL::SSL Threads::Threads)
if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
  # Boost 1.81 does not recognize clang's coroutines with libstdc++, though both are complete.
  target_compile_definitions(quoin_asio PUBLIC BOOST_ASIO_HAS_CO_AWAIT BOOST_ASIO_HAS_STD_COROUTINE)
else()
  # g++ 12 takes the allocation of a coroutine's frame for a mismatched pair.
  target_compile_options(quoin_asio PUBLIC -Wno-mismatched-new-delete)
  if(QUOIN_SANITIZE MATCHES thread)
    target_compile_options(quoin_asio PUBLIC -Wno-tsan)
  endif()
endif()
