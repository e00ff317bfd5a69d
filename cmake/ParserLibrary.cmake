# SPDX-License-Identifier: MIT
# base/ and parser/ as libimapwright-parser, shared and static, for programs of others: it needs
# libc only. `cmake --install build --component parser` installs it and nothing else.
set(component parser)
set(base_headers alloc arena base64 buf chars eight result scan span utf7 utf8) # of base, these are public
set(private_headers command_parts member response_type same)         # of parser, all but these

foreach(kind shared static)
  string(TOUPPER ${kind} type)
  add_library(imapwright_parser_${kind} ${type}
    $<TARGET_OBJECTS:iw_base> $<TARGET_OBJECTS:iw_parser>)
  set_target_properties(imapwright_parser_${kind} PROPERTIES
    LINKER_LANGUAGE C OUTPUT_NAME imapwright-parser
    ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR} LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endforeach()
set_target_properties(imapwright_parser_shared PROPERTIES
  EXPORT_NAME parser VERSION ${PROJECT_VERSION} SOVERSION 0)
set_target_properties(imapwright_parser_static PROPERTIES EXPORT_NAME parser_static)

iw_plain_objects(imapwright_parser_static base parser)

# Headers include each other as "base/…" and "parser/…".
set(headers_to ${CMAKE_INSTALL_INCLUDEDIR}/imapwright)
list(TRANSFORM base_headers REPLACE "(.+)" "base/\\1.h")
install(FILES ${base_headers} DESTINATION ${headers_to}/base COMPONENT ${component})
string(REPLACE ";" "|" private_headers "${private_headers}")
install(DIRECTORY parser DESTINATION ${headers_to} COMPONENT ${component}
  FILES_MATCHING REGEX "\\.h$" REGEX "/(${private_headers})\\.h$" EXCLUDE)

# For CMake: find_package(ImapwrightParser), Imapwright::parser or Imapwright::parser_static.
set(package_to ${CMAKE_INSTALL_LIBDIR}/cmake/ImapwrightParser)
install(TARGETS imapwright_parser_shared imapwright_parser_static EXPORT ImapwrightParser
  ARCHIVE COMPONENT ${component}
  LIBRARY COMPONENT ${component} NAMELINK_COMPONENT ${component}
  INCLUDES DESTINATION ${headers_to})
install(EXPORT ImapwrightParser NAMESPACE Imapwright:: FILE ImapwrightParserConfig.cmake
  DESTINATION ${package_to} COMPONENT ${component})
include(CMakePackageConfigHelpers)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/ImapwrightParserConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/ImapwrightParserConfigVersion.cmake
  DESTINATION ${package_to} COMPONENT ${component})

# For pkg-config. The prefix is known only when installing, so the file counts from where it lies.
set(pc_to ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH IW_PREFIX_FROM_PC
  ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" IW_PREFIX_FROM_PC "${IW_PREFIX_FROM_PC}")
foreach(folder LIBDIR INCLUDEDIR)
  cmake_path(ABSOLUTE_PATH CMAKE_INSTALL_${folder} BASE_DIRECTORY "\${prefix}"
    OUTPUT_VARIABLE IW_PC_${folder})
endforeach()
configure_file(cmake/imapwright-parser.pc.in ${CMAKE_BINARY_DIR}/imapwright-parser.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/imapwright-parser.pc DESTINATION ${pc_to} COMPONENT ${component})
