# SPDX-License-Identifier: MIT
# iw_archive(parser SOURCES frame.c … LINKS iw_base): the folder's archive iw_parser.
function(iw_archive name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_library(iw_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(iw_${name} PUBLIC ${ARG_LINKS} PRIVATE iw_warnings)
endfunction()
