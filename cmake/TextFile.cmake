# SPDX-License-Identifier: MIT
# iw_text_file(VARIABLE file symbol): a C file, named in VARIABLE, that holds the file's text as the
# NUL-terminated array `symbol`. Made when CMake runs, which it does again when the file changes.
function(iw_text_file variable file symbol)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} octets HEX)
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," octets "${octets}")
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.c)
  file(CONFIGURE OUTPUT ${source} CONTENT
    "extern const char ${symbol}[];\nconst char ${symbol}[] = {${octets}0};\n" @ONLY)
  set(${variable} ${source} PARENT_SCOPE)
endfunction()
