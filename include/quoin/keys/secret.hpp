#pragma once

#include <quoin/base/bytes.hpp>

#include <cstddef>

namespace quoin::keys {

/// Secret octets that are overwritten when they go. Moves, never copies.
class SecretBytes {
public:
    explicit SecretBytes(std::size_t size) : octets_(size) {}
    SecretBytes(SecretBytes&& other) noexcept = default;
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    ~SecretBytes();

    std::uint8_t* data() { return octets_.data(); }
    const std::uint8_t* data() const { return octets_.data(); }
    std::size_t size() const { return octets_.size(); }
    operator ByteView() const { return octets_; }

private:
    ByteVector octets_;
};

} // namespace quoin::keys
