#include "trace.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/crypto/sha256.hpp>

#include <array>

namespace quoin::sim {

using namespace engine;

namespace {

void put(std::uint8_t* at, std::uint64_t value) {
    for (std::size_t i = 0; i < 8; ++i) {
        at[i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
}

Root content_of(const Tip& tip, const Checkpoint& finalized) {
    std::array<std::uint8_t, 80> bytes{};
    put(bytes.data(), tip.slot.value);
    std::copy(tip.root.begin(), tip.root.end(), bytes.begin() + 8);
    put(bytes.data() + 40, finalized.epoch.value);
    std::copy(finalized.root.begin(), finalized.root.end(), bytes.begin() + 48);
    return crypto::sha256(bytes);
}

/// A block's signature is over all of it, and the double's tells blocks apart as a root does.
Root content_of(const std::vector<SignedBlock>& blocks) {
    ByteVector signatures;
    for (const SignedBlock& block : blocks) {
        signatures.insert(signatures.end(), block.signature.begin(), block.signature.end());
    }
    return crypto::sha256(signatures);
}

} // namespace

Root content_root(const Message& message) {
    return std::visit([](const auto& content) { return Root{crypto::sha256(encode(content))}; }, message);
}

void Trace::add(std::uint64_t time_ms, std::size_t node, std::uint8_t kind, const Root& content) {
    std::array<std::uint8_t, 81> bytes{};
    std::copy(hash_.begin(), hash_.end(), bytes.begin());
    put(bytes.data() + 32, time_ms);
    put(bytes.data() + 40, node);
    bytes[48] = kind;
    std::copy(content.begin(), content.end(), bytes.begin() + 49);
    hash_ = crypto::sha256(bytes);
    ++events_;
}

void Trace::add(std::uint64_t time_ms, std::size_t node, const Input& input) {
    constexpr std::uint8_t after_messages = 0x10;
    Root content;
    if (const auto* connected = std::get_if<PeerConnected>(&input)) {
        content = content_of(connected->head, connected->finalized);
    } else if (const auto* answered = std::get_if<BlocksAnswered>(&input)) {
        content = content_of(answered->blocks);
    }
    add(time_ms, node, static_cast<std::uint8_t>(after_messages + input.index()), content);
}

} // namespace quoin::sim
