# SPDX-License-Identifier: MIT
find_package(PkgConfig REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(UV REQUIRED IMPORTED_TARGET libuv)
pkg_check_modules(GSASL REQUIRED IMPORTED_TARGET libgsasl)
find_library(UNISTRING unistring REQUIRED) # has no pkg-config file
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)
