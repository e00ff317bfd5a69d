# SPDX-License-Identifier: MIT
option(IW_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(IW_FUZZ "Build the fuzz targets with libFuzzer (clang only)" OFF)
option(IW_COVERAGE "Build for gcov" OFF)
option(IW_WERROR "Warnings are errors" ON)

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

# Asserts stay on in every build: they guard against our own mistakes, never against input.
foreach(kind RELEASE RELWITHDEBINFO MINSIZEREL)
  string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_${kind} "${CMAKE_C_FLAGS_${kind}}")
endforeach()

add_compile_definitions(_POSIX_C_SOURCE=200809L _DEFAULT_SOURCE)
include_directories(${CMAKE_SOURCE_DIR})

if(IW_SANITIZE OR IW_FUZZ)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(IW_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(IW_COVERAGE)
  add_compile_options(--coverage -O0)
  add_link_options(--coverage)
endif()
