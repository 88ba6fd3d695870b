// tests/bench/http/bare_server.h
//
// What an account read is held against: a server of Boost.Beast and nothing else, on one thread. It
// answers every request with the same bytes and looks at none of it.
#pragma once

#include <string>

namespace tenure::bench {

/// Serves until standard input ends. `ready` is called with the port.
int serve_bare(const std::string& body, void (*ready)(unsigned short port));

}  // namespace tenure::bench
