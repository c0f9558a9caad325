#include "vector_case.hpp"

#include <quoin/codec/bits.hpp>
#include <quoin/codec/list.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

namespace quoin::test {
namespace {

struct SingleFieldTestStruct {
    std::uint8_t a = 0;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("A", a));
    }
};

struct SmallTestStruct {
    std::uint16_t a = 0;
    std::uint16_t b = 0;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("A", a), field("B", b));
    }
};

struct FixedTestStruct {
    std::uint8_t a = 0;
    std::uint64_t b = 0;
    std::uint32_t c = 0;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("A", a), field("B", b), field("C", c));
    }
};

struct VarTestStruct {
    std::uint16_t a = 0;
    List<std::uint16_t, 1024> b;
    std::uint8_t c = 0;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("A", a), field("B", b), field("C", c));
    }
};

struct ComplexTestStruct {
    std::uint16_t a = 0;
    List<std::uint16_t, 128> b;
    std::uint8_t c = 0;
    List<std::uint8_t, 256> d;
    VarTestStruct e;
    Vector<FixedTestStruct, 4> f;
    Vector<VarTestStruct, 2> g;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("A", a), field("B", b), field("C", c), field("D", d), field("E", e), field("F", f),
                field("G", g));
    }
};

struct BitsStruct {
    Bitlist<5> a;
    Bitvector<2> b;
    Bitvector<1> c;
    Bitlist<6> d;
    Bitvector<8> e;

    template <class Archive>
    void serialize(Archive& archive) {
        archive(field("A", a), field("B", b), field("C", c), field("D", d), field("E", e));
    }
};

/// A 256-bit number has the bytes and the root of 32 octets; only its JSON differs.
using Uint256 = Bytes<32>;

using Check = std::function<void(const rapidjson::Value&)>;
using Checks = std::map<std::string, Check>;

template <class T>
Check check_as(JsonCheck json = JsonCheck::yes) {
    return [json](const rapidjson::Value& vector) { check_case<T>(vector, json); };
}

template <class T>
void add_vectors(Checks& checks, const std::string& item, JsonCheck json) {
    const auto add = [&]<std::uint64_t... N>(std::integer_sequence<std::uint64_t, N...>) {
        (checks.emplace("Vector[" + item + "," + std::to_string(N) + "]", check_as<Vector<T, N>>(json)), ...);
    };
    add(std::integer_sequence<std::uint64_t, 1, 2, 3, 4, 5, 8, 16, 31, 512, 513>{});
}

template <template <std::uint64_t> class Bits>
void add_bits(Checks& checks, const std::string& name) {
    const auto add = [&]<std::uint64_t... N>(std::integer_sequence<std::uint64_t, N...>) {
        (checks.emplace(name + "[" + std::to_string(N) + "]", check_as<Bits<N>>()), ...);
    };
    add(std::integer_sequence<std::uint64_t, 1, 2, 3, 4, 5, 8, 9, 16, 31, 32, 512, 513>{});
}

template <class T, std::uint64_t N>
constexpr bool is_legal_vector = requires {
    typename Vector<T, N>;
};
template <std::uint64_t N>
constexpr bool is_legal_bitvector = requires {
    typename Bitvector<N>;
};
static_assert(is_legal_vector<bool, 1> && is_legal_bitvector<1>);
static_assert(!is_legal_vector<bool, 0> && !is_legal_vector<Uint128, 0> && !is_legal_bitvector<0>);

/// Runs every case of a file and says how many there were.
void check_file(const std::string& name, const Checks& checks, std::size_t cases) {
    const rapidjson::Document vectors = open_vectors("ssz_generic/" + name + ".json");
    ASSERT_TRUE(vectors.IsArray());
    EXPECT_EQ(vectors.Size(), cases);
    for (const auto& vector : vectors.GetArray()) {
        const std::string type = vector["type"].GetString();
        if (type.ends_with("[0]") || type.ends_with(",0]")) {
            EXPECT_FALSE(vector["valid"].GetBool()); // an illegal type: the static_asserts above
            continue;
        }
        const auto check = checks.find(type);
        ASSERT_NE(check, checks.end()) << type;
        check->second(vector);
    }
}

} // namespace

TEST(SszGeneric, numbers_and_booleans_are_as_published) {
    QUOIN_NEEDS_VECTORS();
    check_file("uints",
               {{"uint8", check_as<std::uint8_t>()},
                {"uint16", check_as<std::uint16_t>()},
                {"uint32", check_as<std::uint32_t>()},
                {"uint64", check_as<std::uint64_t>()},
                {"uint128", check_as<Uint128>()},
                {"uint256", check_as<Uint256>(JsonCheck::no)}},
               47);
    check_file("boolean", {{"boolean", check_as<bool>()}}, 4);
}

TEST(SszGeneric, vectors_of_basic_types_are_as_published) {
    QUOIN_NEEDS_VECTORS();
    Checks checks;
    add_vectors<bool>(checks, "bool", JsonCheck::yes);
    add_vectors<std::uint8_t>(checks, "uint8", JsonCheck::yes);
    add_vectors<std::uint16_t>(checks, "uint16", JsonCheck::yes);
    add_vectors<std::uint32_t>(checks, "uint32", JsonCheck::yes);
    add_vectors<std::uint64_t>(checks, "uint64", JsonCheck::yes);
    add_vectors<Uint128>(checks, "uint128", JsonCheck::yes);
    add_vectors<Uint256>(checks, "uint256", JsonCheck::no);
    check_file("basic_vector", checks, 754);
}

TEST(SszGeneric, bitlists_and_bitvectors_are_as_published) {
    QUOIN_NEEDS_VECTORS();
    Checks checks;
    add_bits<Bitlist>(checks, "Bitlist");
    add_bits<Bitvector>(checks, "Bitvector");
    check_file("bitlist", checks, 185);
    check_file("bitvector", checks, 43);
}

TEST(SszGeneric, containers_are_as_published) {
    QUOIN_NEEDS_VECTORS();
    check_file("containers",
               {{"SingleFieldTestStruct", check_as<SingleFieldTestStruct>()},
                {"SmallTestStruct", check_as<SmallTestStruct>()},
                {"FixedTestStruct", check_as<FixedTestStruct>()},
                {"VarTestStruct", check_as<VarTestStruct>()},
                {"ComplexTestStruct", check_as<ComplexTestStruct>()},
                {"BitsStruct", check_as<BitsStruct>()}},
               274);
}

} // namespace quoin::test
