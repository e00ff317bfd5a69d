# SPDX-License-Identifier: MIT
# iw_archive(parser SOURCES frame.c … LINKS iw_base): the folder's archive iw_parser.
function(iw_archive name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_library(iw_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(iw_${name} PUBLIC ${ARG_LINKS} PRIVATE iw_warnings)
endfunction()

# iw_plain_objects(library folder…): with link-time optimisation a static library for others gets
# plain objects all the same; the other kind is of use to this very compiler only.
function(iw_plain_objects library)
  if(NOT CMAKE_INTERPROCEDURAL_OPTIMIZATION OR NOT CMAKE_C_COMPILER_ID STREQUAL "GNU")
    return()
  endif()
  foreach(folder ${ARGN})
    target_compile_options(iw_${folder} PRIVATE -ffat-lto-objects)
  endforeach()
  add_custom_command(TARGET ${library} POST_BUILD VERBATIM
    COMMAND ${CMAKE_OBJCOPY} --remove-section=.gnu.lto_*
      --remove-section=.gnu.debuglto_* $<TARGET_FILE:${library}>)
endfunction()
