#include "sample.hpp"

#include <string>

namespace quoin::test {

namespace {

Point random_point(SeededRandom& random) {
    return {static_cast<std::uint32_t>(random.next()), random.chance(50)};
}

Walk random_walk(SeededRandom& random) {
    Walk walk;
    for (std::uint64_t i = random.below(9); i != 0; --i) {
        walk.points.push_back(random_point(random));
    }
    return walk;
}

std::string random_text(SeededRandom& random, std::size_t bytes_max) {
    constexpr std::array<std::string_view, 6> letters{"a", "\"", "\n", "\xc3\xa9", "\\", "\x01"};
    std::string text;
    for (std::uint64_t i = random.below(bytes_max / 2 + 1); i != 0; --i) {
        text += letters[random.below(letters.size())];
    }
    return text;
}

template <class Bits>
void randomize(SeededRandom& random, Bits& bits) {
    for (std::size_t i = 0; i < bits.size(); ++i) {
        bits.set(i, random.chance(50));
    }
}

Union<Walk, Jump, Rest> random_move(SeededRandom& random) {
    switch (random.below(3)) {
    case 0:
        return random_walk(random);
    case 1:
        return Jump{Height{random.next()}, Bytes<4>{{1, 2, 3, static_cast<std::uint8_t>(random.next())}}};
    default:
        return Rest{};
    }
}

} // namespace

Sample random_sample(SeededRandom& random) {
    Sample sample;
    sample.height = Height{random.next()};
    sample.colour = static_cast<Colour>(random.below(3));
    sample.wide = Uint128{random.next()} << random.below(65);
    sample.name = random_text(random, 16);
    sample.octets = ByteList<40>{ByteVector(random.below(41), static_cast<std::uint8_t>(random.next()))};
    sample.bits.resize(random.below(71));
    randomize(random, sample.bits);
    randomize(random, sample.flags);
    sample.tags = {random_text(random, 4), random_text(random, 4)};
    if (random.chance(50)) {
        sample.point = random_point(random);
    }
    if (random.chance(50)) {
        sample.walk = random_walk(random);
    }
    sample.move = random_move(random);
    for (std::uint64_t i = random.below(5); i != 0; --i) {
        sample.walks.push_back(random_walk(random));
    }
    for (std::uint64_t i = random.below(101); i != 0; --i) {
        sample.numbers.push_back(static_cast<std::uint16_t>(random.next()));
    }
    for (std::uint64_t i = random.below(20); i != 0; --i) {
        sample.path.push_back(random_walk(random));
    }
    sample.small = static_cast<std::uint8_t>(random.next());
    return sample;
}

} // namespace quoin::test
