#include "engine/base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace tenure {

void assertion_failed(const char* condition, const char* why, const char* file, int line) {
  std::fprintf(stderr, "tenure: a mistake of the program itself at %s:%d: %s: %s\n", file, line,
               condition, why);
  std::fflush(stderr);
  std::abort();
}

}  // namespace tenure
