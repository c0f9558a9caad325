#include "normal_form.hpp"

#include <gtest/gtest.h>

namespace quoin::keys {
namespace {

TEST(NormalForm, ascii_stays_as_it_is) {
    EXPECT_EQ(normalised("correct horse\tbattery").value(), "correct horse\tbattery");
    EXPECT_EQ(normalised("").value(), "");
}

TEST(NormalForm, composed_letters_come_apart) {
    EXPECT_EQ(normalised("\u00e9\u00c5\u017e\u0439\u03ac").value(), "e\u0301A\u030az\u030c\u0438\u0306\u03b1\u0301");
    EXPECT_EQ(normalised("\u0390").value(), "\u03b9\u0308\u0301");
    EXPECT_EQ(normalised("\u00bd\u00a0\u00df\u20ac").value(), "1\u20442 \u00df\u20ac");
}

TEST(NormalForm, dressed_up_ascii_becomes_ascii) {
    EXPECT_EQ(normalised("\U0001d531\U0001d522\U0001d530\U0001d531").value(), "test");
    EXPECT_EQ(normalised("\U0001d400\U0001d6a3\U0001d7ce\U0001d7ff").value(), "Az09");
    EXPECT_EQ(normalised("\uff21\uff5e\uff01").value(), "A~!");
}

TEST(NormalForm, emoji_and_chinese_characters_stay_as_they_are) {
    EXPECT_EQ(normalised("\U0001f511\u5bc6\u7801").value(), "\U0001f511\u5bc6\u7801");
}

TEST(NormalForm, one_mark_after_a_letter_stays_and_several_are_refused) {
    EXPECT_EQ(normalised("e\u0301").value(), "e\u0301");
    for (const char* text : {"\u0301", "e\u0301\u0323", "\u00e9\u0323", "e\u0340", "e\u034f"}) {
        EXPECT_EQ(normalised(text).fault().reason, Reason::bad_password) << text;
    }
}

TEST(NormalForm, scripts_not_known_here_are_refused) {
    for (const char* text : {"\u0e01", "\uac00", "\u3042", "\u0622", "\u2026", "\ufb01", "\u1e00"}) {
        EXPECT_EQ(normalised(text).fault().reason, Reason::bad_password) << text;
    }
}

TEST(NormalForm, what_is_not_utf_8_is_refused) {
    for (const char* text : {"\x80", "\xc3", "\xc3(", "\xe2\x82", "\xc0\xaf", "\xe0\x80\xaf", "\xf0\x80\x80\xaf",
                             "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xff"}) {
        const Result<std::string> read = normalised(text);
        ASSERT_FALSE(read);
        EXPECT_EQ(read.fault().message, "text is not UTF-8");
    }
}

TEST(NormalForm, a_password_loses_its_control_codes) {
    EXPECT_EQ(normalised_password("a\x01"
                                  "b\x1f"
                                  "c\x7f"
                                  "d\u0080e\u009ff\n")
                  .value(),
              "abcdef");
    EXPECT_EQ(normalised_password(" ~").value(), " ~");
}

} // namespace
} // namespace quoin::keys
