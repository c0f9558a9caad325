#pragma once

#include <quoin/base/bytes.hpp>

#include <sys/random.h>

#include <cerrno>
#include <cstddef>
#include <new>

namespace quoin::app {

/// Octets from the operating system, good for keys.
template <std::size_t N>
Bytes<N> random_bytes() {
    static_assert(N <= 256, "getrandom gives so much at once");
    Bytes<N> octets;
    while (::getrandom(octets.data(), N, 0) != static_cast<ssize_t>(N)) {
        if (errno != EINTR) {
            throw std::bad_alloc();
        }
    }
    return octets;
}

} // namespace quoin::app
