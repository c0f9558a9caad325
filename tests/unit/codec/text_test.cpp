#include <quoin/codec/text.hpp>

#include <gtest/gtest.h>

namespace quoin::test {

TEST(Text, utf8_is_told_from_other_bytes) {
    for (const char* good : {"", "plain", "\xc3\xa9", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf",
                             "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "\xc2\x80", "a\xe2\x82\xac z"}) {
        EXPECT_TRUE(is_utf8(good)) << good;
    }
    for (const char* bad : {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x9f\xbf", "\xed\xa0\x80",
                            "\xed\xbf\xbf", "\xe2\x82", "\xe2\x28\xa1", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
                            "\xf5\x80\x80\x80", "\xf0\x9f\x98", "\xff", "a\xfe"}) {
        EXPECT_FALSE(is_utf8(bad)) << bad;
    }
}

TEST(Text, the_limit_counts_bytes) {
    EXPECT_TRUE(Text<2>::fits("\xc3\xa9"));
    EXPECT_FALSE(Text<1>::fits("\xc3\xa9"));
    EXPECT_FALSE(Text<4>::fits("\xff"));
    EXPECT_EQ(Text<4>{"ab"}.view(), "ab");
    EXPECT_DEATH(Text<1>{"ab"}, "text is short enough");
}

} // namespace quoin::test
