#include "sample.hpp"

#include <quoin/codec/json.hpp>

#include <gtest/gtest.h>

#include <string>

namespace quoin::test {
namespace {

const std::string sample_text =
    R"({"height":"18446744073709551615","colour":"blue","wide":"340282366920938463463374607431768211455",)"
    R"("name":"a\"\\\u0001é","octets":"0x00ff","bits":"0x05","flags":"0x0108","tags":["","x"],"point":null,)"
    R"("walk":{"points":[{"x":"1","is_set":true}]},"move":{"kind":"jump","to":"7","seal":"0x01020304"},)"
    R"("walks":[{"points":[]}],"numbers":["1","2"],"path":[],"small":"7"})";

/// `sample_text` with one part of it put differently.
std::string changed(const std::string& from, const std::string& to) {
    std::string text = sample_text;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

/// `REASON path` of the refusal, or "accepted".
std::string verdict(const std::string& text) {
    const Result<Sample> read = from_json<Sample>(text);
    return read.ok() ? "accepted" : std::string{to_string(read.fault().reason)} + " " + read.fault().path;
}

} // namespace

TEST(Json, every_kind_of_field_is_written_as_the_api_says) {
    Sample sample;
    sample.height = Height::far_future();
    sample.colour = Colour::blue;
    sample.wide = ~Uint128{0};
    sample.name = "a\"\\\x01\xc3\xa9";
    sample.octets = ByteList<40>{{0, 255}};
    sample.bits.resize(2);
    sample.bits.set(0);
    sample.flags.set(0);
    sample.flags.set(11);
    sample.tags[1] = "x";
    sample.walk = Walk{{Point{1, true}}};
    sample.move = Jump{Height{7}, Bytes<4>{{1, 2, 3, 4}}};
    sample.walks = {Walk{}};
    sample.numbers = {1, 2};
    EXPECT_EQ(to_json(sample), sample_text);
    const Result<Sample> read = from_json<Sample>(sample_text);
    ASSERT_TRUE(read.ok()) << read.fault().text();
    EXPECT_EQ(*read, sample);
}

TEST(Json, random_values_survive_the_round_trip) {
    SeededRandom random{21};
    for (int i = 0; i < 300; ++i) {
        const Sample sample = random_sample(random);
        const std::string text = to_json(sample);
        const Result<Sample> read = from_json<Sample>(text);
        ASSERT_TRUE(read.ok()) << read.fault().text() << " " << text;
        EXPECT_EQ(*read, sample);
        EXPECT_EQ(to_json(*read), text);
    }
}

TEST(Json, mutated_text_never_crashes) {
    SeededRandom random{22};
    for (int i = 0; i < 20'000; ++i) {
        std::string text = sample_text;
        for (std::uint64_t k = random.below(3) + 1; k != 0; --k) {
            text[random.below(text.size())] = static_cast<char>(random.chance(50) ? random.next() : "\"{}[],:0"[i % 8]);
        }
        const Result<Sample> read = from_json<Sample>(text);
        if (read.ok()) {
            EXPECT_EQ(to_json(*from_json<Sample>(to_json(*read))), to_json(*read));
        }
    }
}

TEST(Json, keys_may_come_in_any_order_and_optional_ones_not_at_all) {
    EXPECT_EQ(verdict(changed(R"(,"small":"7"})", "}")), "accepted");
    EXPECT_EQ(verdict(changed(R"("to":"7","seal":"0x01020304")", R"("seal":"0x01020304","to":"7")")), "accepted");
    EXPECT_EQ(verdict(changed(R"("kind":"jump","to":"7")", R"("to":"7","kind":"jump")")), "accepted");
    EXPECT_EQ(verdict(" " + changed(",", " ,\n\t") + " \r\n"), "accepted");
}

TEST(Json, bare_integers_are_taken_below_two_to_the_53) {
    const std::string number = R"("18446744073709551615")";
    EXPECT_EQ(verdict(changed(number, "0")), "accepted");
    EXPECT_EQ(from_json<Sample>(changed(number, "9007199254740991"))->height, Height{9'007'199'254'740'991});
    EXPECT_EQ(verdict(changed(number, "9007199254740992")), "OUT_OF_RANGE height");
    EXPECT_EQ(verdict(changed(number, R"("18446744073709551616")")), "OUT_OF_RANGE height");
    EXPECT_EQ(verdict(changed(number, "-1")), "OUT_OF_RANGE height");
    for (const char* bad : {"1.0", "1e3", "-0.5", R"("")", R"("01")", R"("+1")", R"("0x1")", R"(" 1")", R"("1 ")",
                            R"("--1")", "true", "null", "[]", "{}"}) {
        EXPECT_EQ(verdict(changed(number, bad)), "WRONG_TYPE height") << bad;
    }
    EXPECT_EQ(verdict(changed(R"(["1","2"])", R"(["1",65536])")), "OUT_OF_RANGE numbers[1]");
    EXPECT_EQ(verdict(changed("340282366920938463463374607431768211455", "340282366920938463463374607431768211456")),
              "OUT_OF_RANGE wide");
}

TEST(Json, keys_that_are_unknown_missing_or_repeated_are_refused_by_path) {
    EXPECT_EQ(verdict(changed(R"({"x":"1",)", R"({"x":"1","y":"1",)")), "UNKNOWN_FIELD walk.points[0].y");
    EXPECT_EQ(verdict(changed(R"(,"is_set":true)", "")), "MISSING_FIELD walk.points[0].is_set");
    EXPECT_EQ(verdict(changed(R"({"x":"1",)", R"({"x":"1","x":"1",)")), "MALFORMED walk.points[0].x");
    EXPECT_EQ(verdict(changed(R"("small":"7")", R"("small":"7","small":"7")")), "MALFORMED small");
    EXPECT_EQ(verdict(changed(R"("to":"7")", R"("kind":"jump","to":"7")")), "MALFORMED move.kind");
    EXPECT_EQ(verdict(changed(R"("small")", R"("Small")")), "UNKNOWN_FIELD Small");
    EXPECT_EQ(verdict("{}"), "MISSING_FIELD height");
    const std::string long_key = std::string(63, 'k') + "\xc3\xa9" + std::string(5'000, 'k');
    EXPECT_EQ(verdict(changed("small", long_key)), "UNKNOWN_FIELD " + std::string(63, 'k'));
}

TEST(Json, wrong_types_are_refused_by_path) {
    EXPECT_EQ(verdict("[]"), "WRONG_TYPE ");
    EXPECT_EQ(verdict(R"("text")"), "WRONG_TYPE ");
    EXPECT_EQ(verdict(changed(R"("is_set":true)", R"("is_set":"true")")), "WRONG_TYPE walk.points[0].is_set");
    EXPECT_EQ(verdict(changed(R"("is_set":true)", R"("is_set":1)")), "WRONG_TYPE walk.points[0].is_set");
    EXPECT_EQ(verdict(changed(R"("name":"a\"\\\u0001é")", R"("name":1)")), "WRONG_TYPE name");
    EXPECT_EQ(verdict(changed(R"("path":[])", R"("path":{})")), "WRONG_TYPE path");
    EXPECT_EQ(verdict(changed(R"("path":[])", R"("path":null)")), "WRONG_TYPE path");
    EXPECT_EQ(verdict(changed(R"("point":null)", R"("point":1)")), "WRONG_TYPE point");
    EXPECT_EQ(verdict(changed(R"("octets":"0x00ff")", R"("octets":[0])")), "WRONG_TYPE octets");
    EXPECT_EQ(verdict(changed(R"("blue")", "1")), "WRONG_TYPE colour");
    EXPECT_EQ(verdict(changed(R"("blue")", R"("Blue")")), "OUT_OF_RANGE colour");
    EXPECT_EQ(verdict(changed(R"("jump")", R"("fly")")), "OUT_OF_RANGE move.kind");
    EXPECT_EQ(verdict(changed(R"("kind":"jump",)", "")), "MISSING_FIELD move.kind");
}

TEST(Json, octets_and_bits_keep_their_form) {
    for (const char* bad : {"00ff", "0x0", "0xgg", "", "0X00"}) {
        EXPECT_EQ(verdict(changed("0x00ff", bad)), "BAD_HEX octets") << bad;
    }
    EXPECT_EQ(verdict(changed("0x01020304", "0x010203")), "WRONG_LENGTH move.seal");
    EXPECT_EQ(verdict(changed("0x01020304", "0x0102030405")), "WRONG_LENGTH move.seal");
    EXPECT_EQ(verdict(changed("0x00ff", "0x" + std::string(82, '0'))), "TOO_LARGE octets");
    EXPECT_EQ(verdict(changed(R"("0x05")", R"("0x00")")), "MALFORMED bits");
    EXPECT_EQ(verdict(changed(R"("0x05")", R"("0x")")), "WRONG_LENGTH bits");
    EXPECT_EQ(verdict(changed("0x0108", "0x0118")), "MALFORMED flags");
}

TEST(Json, limits_are_kept) {
    EXPECT_EQ(verdict(changed(R"(["","x"])", R"([""])")), "WRONG_LENGTH tags");
    EXPECT_EQ(verdict(changed(R"(["","x"])", R"(["","","x"])")), "WRONG_LENGTH tags");
    EXPECT_EQ(verdict(changed(R"(["","x"])", R"(["","xxxxx"])")), "TOO_LARGE tags[1]");
    const std::string walk = R"({"points":[]})";
    EXPECT_EQ(verdict(changed("[" + walk + "]", "[" + walk + "," + walk + "," + walk + "," + walk + "]")), "accepted");
    EXPECT_EQ(verdict(changed("[" + walk + "]", "[" + walk + "," + walk + "," + walk + "," + walk + "," + walk + "]")),
              "TOO_LARGE walks");
}

TEST(Json, text_that_is_no_json_is_refused) {
    for (const char* bad : {"", " ", "{", "}", "nul", "{\"a\":}", "[1,]", "'a'", "{} {}", "[01]", "[NaN]", "// x\n1",
                            "\"\\q\"", "\"\x01\"", "\"\xff\"", "\"\\ud800\""}) {
        EXPECT_EQ(verdict(bad), "MALFORMED ") << bad;
    }
    EXPECT_EQ(verdict(sample_text + std::string(1, '\0') + "x"), "MALFORMED ");
    EXPECT_EQ(verdict(std::string(32, '[') + std::string(32, ']')), "WRONG_TYPE ");
    EXPECT_EQ(verdict(std::string(33, '[') + std::string(33, ']')), "TOO_LARGE ");
    EXPECT_EQ(verdict(std::string(1'000'000, '[')), "TOO_LARGE ");
}

TEST(Json, strings_are_escaped) {
    EXPECT_EQ(json_quoted("a\"b\\c\nd\x1f\x7f\xc3\xa9"), "\"a\\\"b\\\\c\\nd\\u001f\\u007f\xc3\xa9\"");
}

} // namespace quoin::test
