#include "sha256_pairs.hpp"

#include <quoin/base/assert.hpp>
#include <quoin/crypto/sha256.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace quoin::crypto {

void hash_pairs_portably(const RootPairs& pairs, Root* out) {
    for (std::size_t i = 0; i < pairs.count; ++i) {
        Bytes<64> both;
        std::copy_n(pairs.left[i * pairs.step].begin(), 32, both.begin());
        std::copy_n(pairs.right[i * pairs.step].begin(), 32, both.begin() + 32);
        out[i] = sha256(both);
    }
}

#if defined(__x86_64__)

// GCC inlines these only into functions of the same target, and does not hand a target on to a lambda.
#define QUOIN_SHA __attribute__((target("sha,sse4.1,ssse3")))
#define QUOIN_SHA_INLINE __attribute__((target("sha,sse4.1,ssse3"), always_inline)) inline

namespace {

using Words = std::array<std::uint32_t, 64>;

alignas(16) constexpr Words round_constants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

constexpr std::uint32_t rotate_right(std::uint32_t word, int bits) {
    return word >> bits | word << (32 - bits);
}

/// The second block of a message of 64 bytes is padding, always the same: its whole schedule, round constants added.
constexpr Words scheduled_padding() {
    Words words{};
    words[0] = 0x80000000;
    words[15] = 512;
    for (std::size_t i = 16; i < words.size(); ++i) {
        const std::uint32_t a = words[i - 15];
        const std::uint32_t b = words[i - 2];
        words[i] = words[i - 16] + (rotate_right(a, 7) ^ rotate_right(a, 18) ^ (a >> 3)) + words[i - 7] +
                   (rotate_right(b, 17) ^ rotate_right(b, 19) ^ (b >> 10));
    }
    for (std::size_t i = 0; i < words.size(); ++i) {
        words[i] += round_constants[i];
    }
    return words;
}
alignas(16) constexpr Words padding = scheduled_padding();

/// One message under way, its state in the halves that the instructions work on.
struct Stream {
    __m128i abef;
    __m128i cdgh;
    __m128i message[4];
    __m128i abef_before; ///< of the block
    __m128i cdgh_before;
};

QUOIN_SHA_INLINE __m128i four_words(const Words& words, std::size_t group) {
    return _mm_load_si128(reinterpret_cast<const __m128i*>(words.data() + 4 * group));
}

QUOIN_SHA_INLINE __m128i swap_bytes(__m128i words) {
    return _mm_shuffle_epi8(words, _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
}

QUOIN_SHA_INLINE void start(Stream& stream, const Root& left, const Root& right) {
    stream.abef = stream.abef_before =
        _mm_set_epi32(0x6a09e667, static_cast<int>(0xbb67ae85), 0x510e527f, static_cast<int>(0x9b05688c));
    stream.cdgh = stream.cdgh_before = _mm_set_epi32(0x3c6ef372, static_cast<int>(0xa54ff53a), 0x1f83d9ab, 0x5be0cd19);
    const auto* halves = reinterpret_cast<const __m128i*>(left.data());
    stream.message[0] = swap_bytes(_mm_loadu_si128(halves));
    stream.message[1] = swap_bytes(_mm_loadu_si128(halves + 1));
    halves = reinterpret_cast<const __m128i*>(right.data());
    stream.message[2] = swap_bytes(_mm_loadu_si128(halves));
    stream.message[3] = swap_bytes(_mm_loadu_si128(halves + 1));
}

QUOIN_SHA_INLINE void finish_block(Stream& stream) {
    stream.abef = stream.abef_before = _mm_add_epi32(stream.abef, stream.abef_before);
    stream.cdgh = stream.cdgh_before = _mm_add_epi32(stream.cdgh, stream.cdgh_before);
}

QUOIN_SHA_INLINE void store(const Stream& stream, Root& out) {
    const __m128i feba = _mm_shuffle_epi32(stream.abef, 0x1b);
    const __m128i dchg = _mm_shuffle_epi32(stream.cdgh, 0xb1);
    auto* halves = reinterpret_cast<__m128i*>(out.data());
    _mm_storeu_si128(halves, swap_bytes(_mm_blend_epi16(feba, dchg, 0xf0)));
    _mm_storeu_si128(halves + 1, swap_bytes(_mm_alignr_epi8(dchg, feba, 8)));
}

QUOIN_SHA_INLINE void four_rounds(Stream& stream, __m128i words) {
    stream.cdgh = _mm_sha256rnds2_epu32(stream.cdgh, stream.abef, words);
    stream.abef = _mm_sha256rnds2_epu32(stream.abef, stream.cdgh, _mm_shuffle_epi32(words, 0x0e));
}

/// Rounds 4 * group to 4 * group + 3 of the message, and what they give to the schedule of later ones.
template <std::size_t group>
QUOIN_SHA_INLINE void message_rounds(Stream& stream) {
    const __m128i current = stream.message[group % 4];
    __m128i& next = stream.message[(group + 1) % 4];
    __m128i& previous = stream.message[(group + 3) % 4];
    four_rounds(stream, _mm_add_epi32(current, four_words(round_constants, group)));
    if constexpr (group >= 3 && group < 15) {
        next = _mm_sha256msg2_epu32(_mm_add_epi32(next, _mm_alignr_epi8(current, previous, 4)), current);
    }
    if constexpr (group >= 1 && group < 13) {
        previous = _mm_sha256msg1_epu32(previous, current);
    }
}

template <std::size_t group, std::size_t... s>
QUOIN_SHA_INLINE void message_group(Stream* streams, std::index_sequence<s...>) {
    (message_rounds<group>(streams[s]), ...);
}
template <std::size_t group, std::size_t... s>
QUOIN_SHA_INLINE void padding_group(Stream* streams, std::index_sequence<s...>) {
    (four_rounds(streams[s], four_words(padding, group)), ...);
}

template <std::size_t... s, std::size_t... group>
QUOIN_SHA_INLINE void both_blocks(Stream* streams, std::index_sequence<s...> each, std::index_sequence<group...>) {
    (message_group<group>(streams, each), ...);
    (finish_block(streams[s]), ...);
    (padding_group<group>(streams, each), ...);
    (finish_block(streams[s]), ...);
}

/// As many messages at once as there are `s`: each has to wait for its own last round, and the others fill the wait.
template <std::size_t... s>
QUOIN_SHA_INLINE void hash_together(const RootPairs& pairs, std::size_t first, Root* out,
                                    std::index_sequence<s...> each) {
    Stream streams[sizeof...(s)];
    (start(streams[s], pairs.left[(first + s) * pairs.step], pairs.right[(first + s) * pairs.step]), ...);
    both_blocks(streams, each, std::make_index_sequence<16>{});
    (store(streams[s], out[first + s]), ...);
}

} // namespace

QUOIN_SHA void hash_pairs_with_instructions(const RootPairs& pairs, Root* out) {
    constexpr std::size_t together = 4;
    std::size_t i = 0;
    for (; i + together <= pairs.count; i += together) {
        hash_together(pairs, i, out, std::make_index_sequence<together>{});
    }
    switch (pairs.count - i) {
    case 3:
        return hash_together(pairs, i, out, std::make_index_sequence<3>{});
    case 2:
        return hash_together(pairs, i, out, std::make_index_sequence<2>{});
    case 1:
        return hash_together(pairs, i, out, std::make_index_sequence<1>{});
    }
}

bool has_sha_instructions() {
    constexpr unsigned features_leaf = 7;
    constexpr unsigned sha_bit = 29; // of EBX
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    return __get_cpuid_count(features_leaf, 0, &a, &b, &c, &d) != 0 && (b >> sha_bit & 1) != 0 &&
           __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("ssse3");
}

#else

void hash_pairs_with_instructions(const RootPairs&, Root*) {
    QUOIN_ASSERT(false, "these instructions are of another machine");
}

bool has_sha_instructions() {
    return false;
}

#endif

} // namespace quoin::crypto
