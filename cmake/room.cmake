# tenure_room(NEIGHBOURS room... LIBRARIES target... [SOURCES generated...])
#
# Makes the static library of the folder it is called in, from the sources that lie there and in internal/, and those that are
# made at configure time. A room's path counts from TENURE_ROOMS, which is the source tree (tests have rooms elsewhere).
# NEIGHBOURS are the rooms (as paths) whose doors it may include; LIBRARIES come from outside. tests/tidy reads the
# NEIGHBOURS of every room and fails on an include that is not allowed.
set(TENURE_ROOMS ${CMAKE_SOURCE_DIR})

function(tenure_target_defaults target)
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR})
  target_compile_options(${target} PRIVATE ${TENURE_WARNINGS} ${TENURE_HARDENING})
  target_link_options(${target} PRIVATE ${TENURE_LINK_HARDENING})
endfunction()

function(tenure_room_target out path)
  string(REPLACE "/" "_" name ${path})
  set(${out} tenure_${name} PARENT_SCOPE)
endfunction()

# Remembers the sources that hold a planted bug's site, for tests/mutants.
function(tenure_note_planted target)
  foreach(source ${ARGN})
    file(STRINGS ${source} sites REGEX "#include \"engine/base/planted_bug.h\"")
    if(sites)
      set_property(GLOBAL APPEND PROPERTY TENURE_PLANTED_SOURCES_OF_${target} ${source})
      set_property(GLOBAL APPEND PROPERTY TENURE_PLANTED_ROOMS ${target})
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
    endif()
  endforeach()
endfunction()

function(tenure_room)
  cmake_parse_arguments(ROOM "" "" "NEIGHBOURS;LIBRARIES;SOURCES" ${ARGN})
  file(RELATIVE_PATH path ${TENURE_ROOMS} ${CMAKE_CURRENT_SOURCE_DIR})
  tenure_room_target(target ${path})
  file(GLOB sources CONFIGURE_DEPENDS *.cc internal/*.cc)
  list(APPEND sources ${ROOM_SOURCES})
  if(sources)
    add_library(${target} STATIC ${sources})
    tenure_target_defaults(${target})
    tenure_note_planted(${target} ${sources})
    set(scope PUBLIC)
  else()  # a room of headers only
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${CMAKE_SOURCE_DIR})
    set(scope INTERFACE)
  endif()
  foreach(neighbour ${ROOM_NEIGHBOURS})
    if(neighbour STREQUAL "proto")
      target_link_libraries(${target} ${scope} tenure_proto)
    else()
      tenure_room_target(other ${neighbour})
      target_link_libraries(${target} ${scope} ${other})
    endif()
  endforeach()
  target_link_libraries(${target} ${scope} ${ROOM_LIBRARIES})
endfunction()
