# SPDX-License-Identifier: MIT
# All folders but cli/ as libimapwright, shared and static, for programs that embed the harness and
# for foreign languages. Installed are the headers of the client, of what it stands on, and of the mock
# server for test programs.
set(folders base parser sasl net client script engine mockserver conformance)
set(private_headers arguments heard salvage [a-z_]*_private loop loop_thread sender local dial
  certificate)

list(TRANSFORM folders REPLACE "(.+)" "$<TARGET_OBJECTS:iw_\\1>" OUTPUT_VARIABLE objects)
add_library(imapwright SHARED ${objects})
add_library(imapwright_static STATIC ${objects})
foreach(library imapwright imapwright_static)
  target_link_libraries(${library} PRIVATE
    OpenSSL::SSL OpenSSL::Crypto PkgConfig::UV PkgConfig::JANSSON PkgConfig::GSASL ZLIB::ZLIB
    ${UNISTRING})
  set_target_properties(${library} PROPERTIES
    LINKER_LANGUAGE C OUTPUT_NAME imapwright
    ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR} LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
endforeach()
set(map ${CMAKE_SOURCE_DIR}/cmake/libimapwright.map)
set_target_properties(imapwright PROPERTIES
  EXPORT_NAME imapwright VERSION ${PROJECT_VERSION} SOVERSION 0 LINK_DEPENDS ${map})
target_link_options(imapwright PRIVATE -Wl,--version-script=${map})
if(NOT IW_SANITIZE AND NOT IW_FUZZ) # whose runtime is in the program
  target_link_options(imapwright PRIVATE -Wl,--no-undefined)
endif()
set_target_properties(imapwright_static PROPERTIES EXPORT_NAME imapwright_static)
iw_plain_objects(imapwright_static ${folders})

set(headers_to ${CMAKE_INSTALL_INCLUDEDIR}/imapwright)
string(REPLACE ";" "|" private_headers "${private_headers}")
foreach(folder sasl net client)
  install(DIRECTORY ${folder} DESTINATION ${headers_to}
    FILES_MATCHING REGEX "\\.h$" REGEX "/(${private_headers})\\.h$" EXCLUDE)
endforeach()

install(FILES mockserver/mock_server.h DESTINATION ${headers_to}/mockserver)

# For CMake: find_package(Imapwright), Imapwright::imapwright or Imapwright::imapwright_static.
set(package_to ${CMAKE_INSTALL_LIBDIR}/cmake/Imapwright)
install(TARGETS imapwright imapwright_static EXPORT ImapwrightTargets
  ARCHIVE LIBRARY INCLUDES DESTINATION ${headers_to})
install(EXPORT ImapwrightTargets NAMESPACE Imapwright:: DESTINATION ${package_to})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/ImapwrightConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES cmake/ImapwrightConfig.cmake ${CMAKE_BINARY_DIR}/ImapwrightConfigVersion.cmake
  DESTINATION ${package_to})
configure_file(cmake/imapwright.pc.in ${CMAKE_BINARY_DIR}/imapwright.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/imapwright.pc DESTINATION ${pc_to})
