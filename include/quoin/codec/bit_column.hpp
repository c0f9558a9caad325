#pragma once

#include <quoin/codec/bits.hpp>
#include <quoin/codec/ssz.hpp>

#include <memory>
#include <span>
#include <utility>

namespace quoin::inline codec {

/// SSZ Bitlist[N] that a State holds: once sealed, copies share the bits and the root, and whoever writes gets its own
/// of the bits first. It is shared as a whole: votes are shuffled over all of it, so that no part would stay as it was.
template <std::uint64_t N>
class BitColumn {
public:
    static constexpr Wire wire = Wire::bitlist;
    static constexpr std::uint64_t limit = N;

    std::size_t size() const { return bits().size(); }
    bool empty() const { return size() == 0; }
    bool get(std::size_t i) const { return bits().get(i); }
    std::size_t count() const { return bits().count(); }
    std::span<const std::uint64_t> words() const { return bits().words(); }

    void set(std::size_t i, bool value = true) { open().set(i, value); }
    /// Bits that are added are zero.
    void resize(std::size_t size) { open().resize(size); }
    void load(ByteView bytes) { open().load(bytes); }

    bool operator==(const BitColumn& other) const {
        return (sealed_ != nullptr && sealed_ == other.sealed_) || bits() == other.bits();
    }

    // What the archives need.

    /// The root, if nothing was written since the bits were sealed.
    const Root* sealed_root() const { return sealed_ ? &sealed_->root : nullptr; }

    template <class RootOfBits>
    void seal_with(const RootOfBits& root_of_bits) {
        if (!sealed_) {
            const Root root = root_of_bits(std::as_const(*this));
            sealed_ = std::make_shared<const Sealed>(Sealed{std::exchange(open_, {}), root});
        }
    }

private:
    struct Sealed {
        Bitlist<N> bits;
        Root root;
    };

    const Bitlist<N>& bits() const { return sealed_ ? sealed_->bits : open_; }
    Bitlist<N>& open() {
        if (sealed_) {
            open_ = sealed_->bits;
            sealed_.reset();
        }
        return open_;
    }

    Bitlist<N> open_; ///< empty while sealed
    std::shared_ptr<const Sealed> sealed_;
};

} // namespace quoin::inline codec
