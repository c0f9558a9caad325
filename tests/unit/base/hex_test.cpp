#include <quoin/base/hex.hpp>

#include <gtest/gtest.h>

namespace quoin {
namespace {

TEST(Hex, octets_become_lower_case_digits_and_come_back) {
    const ByteVector octets{0x00, 0x01, 0xab, 0xff};
    EXPECT_EQ(to_hex(octets), "0x0001abff");
    EXPECT_EQ(from_hex("0x0001abff").value(), octets);
    EXPECT_EQ(to_hex({}), "0x");
    EXPECT_TRUE(from_hex("0x").value().empty());
}

TEST(Hex, digits_of_either_case_are_read) {
    EXPECT_EQ(from_hex("0xaBCdeF").value(), (ByteVector{0xab, 0xcd, 0xef}));
}

TEST(Hex, anything_else_is_bad_hex) {
    for (const char* text : {"", "0", "ab", "0xa", "0xabc", "0xgg", "0x-1", "0x 1", "0X00", "x00", "0x0g", "0x:0"}) {
        const Result<ByteVector> read = from_hex(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.fault().reason, Reason::bad_hex) << text;
    }
}

TEST(Hex, a_fixed_number_of_octets_takes_no_other) {
    EXPECT_EQ(bytes_from_hex<2>("0x0102").value(), (Bytes<2>{{1, 2}}));
    EXPECT_EQ(bytes_from_hex<2>("0x01").fault().reason, Reason::wrong_length);
    EXPECT_EQ(bytes_from_hex<2>("0x010203").fault().message, "expected 2 bytes, got 3");
    EXPECT_EQ(bytes_from_hex<2>("0x0z02").fault().reason, Reason::bad_hex);
}

TEST(Bytes, they_are_ordered_as_big_endian_numbers) {
    EXPECT_LT((Bytes<2>{{0, 255}}), (Bytes<2>{{1, 0}}));
    EXPECT_TRUE(Bytes<2>{}.is_zero());
    EXPECT_FALSE((Bytes<2>{{0, 1}}).is_zero());
}

} // namespace
} // namespace quoin
