# tenure_projection_registry(OUT room...): writes the source of all_projections() (projections/registry.h). The room
# projections/next_steps has its door in next_steps/next_steps.h, which declares NextStepsProjection.
function(tenure_projection_registry out)
  set(includes)
  set(lines)
  foreach(room ${ARGN})
    cmake_path(GET room FILENAME name)
    string(REPLACE "_" ";" words ${name})
    set(type)
    foreach(word ${words})
      string(SUBSTRING ${word} 0 1 first)
      string(SUBSTRING ${word} 1 -1 rest)
      string(TOUPPER ${first} first)
      string(APPEND type ${first}${rest})
    endforeach()
    string(APPEND includes "#include \"${room}/${name}.h\"\n")
    string(APPEND lines "      projection_ops<${type}Projection>(),\n")
  endforeach()
  file(CONFIGURE OUTPUT ${out} @ONLY NEWLINE_STYLE UNIX CONTENT
"#include \"projections/registry.h\"

${includes}
namespace tenure {

std::vector<ProjectionOps> all_projections() {
  return {
${lines}  };
}

}  // namespace tenure
")
endfunction()
