#include "address.hpp"

#include <quoin/base/hex.hpp>

#include <algorithm>
#include <charconv>

namespace quoin::gossip {

namespace {

Fault invalid(std::string_view text, const char* why) {
    return Fault{Reason::config_invalid, "peers", "'" + std::string{text} + "' is no id@host:port: " + why};
}

bool is_host_octet(char octet) {
    return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') || (octet >= '0' && octet <= '9') ||
           octet == '.' || octet == '-' || octet == '_' || octet == ':' || octet == '%';
}

} // namespace

std::string PeerAddress::endpoint() const {
    const bool in_brackets = host.find(':') != std::string::npos;
    return (in_brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool PeerAddress::is_unspecified() const {
    return host == "0.0.0.0" || host == "::";
}

Result<PeerAddress> parse_peer(std::string_view text) {
    PeerAddress address;
    std::string_view rest = text;
    if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
        std::string digits{text.substr(0, at)};
        if (!digits.starts_with("0x")) {
            digits.insert(0, "0x");
        }
        const Result<engine::PeerId> id = bytes_from_hex<32>(digits);
        if (!id) {
            return invalid(text, "the id is not 64 hex digits");
        }
        address.id = *id;
        rest = text.substr(at + 1);
    }
    const std::size_t colon = rest.rfind(':');
    if (colon == std::string_view::npos) {
        return invalid(text, "there is no port");
    }
    std::string_view host = rest.substr(0, colon);
    const std::string_view port = rest.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (error != std::errc{} || end != port.data() + port.size() || address.port == 0) {
        return invalid(text, "the port is not a number from 1 to 65535");
    }
    const bool in_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (in_brackets) {
        host = host.substr(1, host.size() - 2);
    }
    if (host.empty() || !std::all_of(host.begin(), host.end(), is_host_octet) ||
        (!in_brackets && host.find(':') != std::string_view::npos)) {
        return invalid(text, "the host is not a name or an address");
    }
    address.host = host;
    return address;
}

std::string short_text(const engine::PeerId& id) {
    return to_hex(ByteView{id.octets}.first(4)).substr(2);
}

} // namespace quoin::gossip
