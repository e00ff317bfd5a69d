# SPDX-License-Identifier: MIT
# The static library needs these at the link; the shared one has them.
include(CMakeFindDependencyMacro)
find_dependency(OpenSSL)
find_dependency(ZLIB)
find_dependency(PkgConfig)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(UV REQUIRED IMPORTED_TARGET libuv)
pkg_check_modules(GSASL REQUIRED IMPORTED_TARGET libgsasl)
include(${CMAKE_CURRENT_LIST_DIR}/ImapwrightTargets.cmake)
