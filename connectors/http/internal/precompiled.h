// connectors/http/internal/precompiled.h
//
// The heavy headers of this room, parsed once. Sources include what they use all the same.
#pragma once

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/basic_parser_impl.hpp>
