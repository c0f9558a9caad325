#pragma once

#include <quoin/base/field.hpp>
#include <quoin/base/random.hpp>
#include <quoin/base/strong.hpp>
#include <quoin/codec/bits.hpp>
#include <quoin/codec/column.hpp>
#include <quoin/codec/list.hpp>
#include <quoin/codec/optional.hpp>
#include <quoin/codec/text.hpp>
#include <quoin/codec/variant.hpp>

#include <array>
#include <cstdint>
#include <string_view>

/// A container with a field of every kind, and random values of it.
namespace quoin::test {

enum class Colour : std::uint8_t { red, green, blue };
inline constexpr std::array<std::string_view, 3> colour_names{"red", "green", "blue"};
constexpr const auto& names_of(Colour) {
    return colour_names;
}

using Height = Ordinal<struct HeightTag>;

struct Point {
    std::uint32_t x = 0;
    bool is_set = false;

    bool operator==(const Point&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("x", x), field("is_set", is_set));
    }
};

struct Walk {
    static constexpr const char* kind = "walk";
    List<Point, 8> points;

    bool operator==(const Walk&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("points", points));
    }
};

struct Jump {
    static constexpr const char* kind = "jump";
    Height to;
    Bytes<4> seal;

    bool operator==(const Jump&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("to", to), field("seal", seal));
    }
};

struct Rest {
    static constexpr const char* kind = "rest";

    bool operator==(const Rest&) const = default;

    template <class Archive>
    void serialize(Archive&) {}
};

struct Sample {
    Height height;
    Colour colour = Colour::red;
    Uint128 wide = 0;
    Text<16> name;
    ByteList<40> octets;
    Bitlist<70> bits;
    Bitvector<12> flags;
    Vector<Text<4>, 2> tags;
    Optional<Point> point;
    Optional<Walk> walk;
    Union<Walk, Jump, Rest> move;
    List<Walk, 4> walks;
    Column<std::uint16_t, 100> numbers;
    Column<Walk, 300> path;
    std::uint8_t small = 7;

    bool operator==(const Sample&) const = default;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("height", height), field("colour", colour), field("wide", wide), field("name", name),
                field("octets", octets), field("bits", bits), field("flags", flags), field("tags", tags),
                field("point", point), field("walk", walk), field("move", move), field("walks", walks),
                field("numbers", numbers), field("path", path), optional_field("small", small));
    }
};

Sample random_sample(SeededRandom& random);

} // namespace quoin::test
