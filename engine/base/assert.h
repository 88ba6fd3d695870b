// engine/base/assert.h
//
// Assertions for our own mistakes only, on in release too. Never on bytes from outside.
#pragma once

namespace tenure {

[[noreturn]] void assertion_failed(const char* condition, const char* why, const char* file,
                                   int line);

}  // namespace tenure

#define TENURE_ASSERT(condition, why)                                  \
  do {                                                                 \
    if (!(condition)) [[unlikely]]                                     \
      ::tenure::assertion_failed(#condition, why, __FILE__, __LINE__); \
  } while (false)

#ifdef NDEBUG
#define TENURE_DASSERT(condition, why) \
  do {                                 \
  } while (false)
#else
#define TENURE_DASSERT(condition, why) TENURE_ASSERT(condition, why)
#endif
