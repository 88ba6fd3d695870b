// projections/registry.h
//
// Every projection of this build: those of projections.cmake, from which its source is made.
//
// Threads: pure.
#pragma once

#include "engine/projection/projection_set.h"

#include <vector>

namespace tenure {

/// In the order in which facts are stored. ProjectionSet takes all of them or a choice by name.
std::vector<ProjectionOps> all_projections();

}  // namespace tenure
