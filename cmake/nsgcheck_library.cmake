# nsgcheck_library(<name> SOURCES ... HEADERS ... [PUBLIC ...] [PRIVATE ...])
# One static library per layer; includes are relative to the repository root.
function(nsgcheck_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS;PUBLIC;PRIVATE")
  add_library(nsgcheck_${name} STATIC ${arg_SOURCES})
  add_library(nsgcheck::${name} ALIAS nsgcheck_${name})
  target_sources(nsgcheck_${name} PUBLIC FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}" FILES ${arg_HEADERS})
  target_link_libraries(nsgcheck_${name} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE} nsgcheck_flags)
endfunction()
