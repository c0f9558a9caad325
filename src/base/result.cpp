#include <quoin/base/result.hpp>

namespace quoin::inline base {

std::string Fault::text() const {
    std::string out{to_string(reason)};
    if (!path.empty()) {
        out += ' ' + path;
    }
    if (!message.empty()) {
        out += ": " + message;
    }
    return out;
}

} // namespace quoin::inline base
