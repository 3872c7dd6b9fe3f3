# What the program says of itself: completion, schema, and where scdoc is there manual pages.
set(said nnmpi.bash nnmpi.zsh nnmpi.schema.json)
add_custom_command(OUTPUT ${said}
  COMMAND nnmpi completion bash > nnmpi.bash
  COMMAND nnmpi completion zsh > nnmpi.zsh
  COMMAND nnmpi schema > nnmpi.schema.json
  DEPENDS nnmpi)

set(NNMPI_MAN1 "")
set(NNMPI_MAN5 "")
find_program(NNMPI_SCDOC scdoc)
find_program(NNMPI_GZIP gzip)

# nn_man_page(NAME SECTION TOPIC...)
function(nn_man_page name section)
  set(page ${CMAKE_BINARY_DIR}/man/${name}.${section})
  add_custom_command(OUTPUT ${page}.gz
    COMMAND $<TARGET_FILE:nnmpi> help --man ${ARGN} > ${page}.scd
    COMMAND ${NNMPI_SCDOC} < ${page}.scd > ${page}
    COMMAND ${NNMPI_GZIP} -9nkf ${page}
    DEPENDS nnmpi)
  set(NNMPI_MAN${section} ${NNMPI_MAN${section}} ${page}.gz PARENT_SCOPE)
endfunction()

if(NNMPI_SCDOC AND NNMPI_GZIP)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/man)
  nn_man_page(nnmpi 1)
  nn_man_page(nnmpi.yaml 5 config)
  file(STRINGS src/cli/commands.def commands REGEX "^NN_COMMAND")
  foreach(line ${commands})
    string(REGEX REPLACE "NN_COMMAND\\((.*)\\)" "\\1" command ${line})
    if(NOT command MATCHES "_") # those of a family are in its page
      nn_man_page(nnmpi-${command} 1 ${command})
    endif()
  endforeach()
else()
  message(STATUS "scdoc or gzip is not installed: no manual pages")
endif()
add_custom_target(said ALL DEPENDS ${said} ${NNMPI_MAN1} ${NNMPI_MAN5})
