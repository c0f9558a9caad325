#include "json.hpp"
#include "line.hpp"
#include "scratch.hpp"

namespace quoin::test {

namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

} // namespace

TEST(GenesisCommand, templates_are_sound_and_show_themselves) {
    for (const char* name : {"devnet", "minimal", "mainnet-like"}) {
        EXPECT_EQ(quoin({"genesis", "validate", name}).code, 0) << name;
    }
    const Said shown = quoin({"genesis", "show", "devnet"});
    const Scratch scratch;
    EXPECT_EQ(quoin({"genesis", "hash", scratch.write("copy.json", shown.out)}).out,
              quoin({"genesis", "hash", "devnet"}).out);
}

TEST(GenesisCommand, every_fault_leaves_with_three_and_names_the_field) {
    const std::string sound = quoin({"genesis", "show", "devnet"}).out;
    const Scratch scratch;
    const std::string first_key =
        "0xa39882700ed7f72fcdbac07081b7c0c912cb8647ed8494926e6c9c2fc1a7415c7c60e3afcc3d3278fe25b50b851c3ad5";
    const std::string second_key =
        "0x8efdefbccd6479b9953a5ec6416e6d48201865968567379b213040dbf0be7efa00d66343c21a7e801d6bfd7403cfcfa7";
    const std::vector<std::pair<std::string, std::string>> cases{
        {replaced(sound, "\"name\"", "\"colour\": \"red\", \"name\""), "colour"},
        {replaced(sound, "\"name\"", "\"nmae\""), "name"},
        {replaced(sound, "\"stake\": \"1000000000000\"", "\"stake\": \"0\""), "validators[0].stake"},
        {replaced(sound, second_key, first_key), "validators[1].public_key"},
        {replaced(sound, "\"0x95ff31", "\"0x95ff32"), "validators[0].proof_of_possession"},
        {replaced(sound, "\"evidence_max_age_eras\": \"4\"", "\"evidence_max_age_eras\": \"5\""),
         "evidence_max_age_eras"},
        {replaced(sound, "\"slot_ms\": \"250\"", "\"slot_ms\": \"0\""), "slot_ms"},
        {"{", "genesis.json"},
        {"", "genesis.json"}};
    for (const auto& [text, named] : cases) {
        const Said said = quoin({"genesis", "validate", scratch.write("genesis.json", text)});
        EXPECT_EQ(said.code, 3) << named;
        EXPECT_TRUE(holds(said.error, named)) << said.error;
    }
    EXPECT_EQ(quoin({"genesis", "validate", scratch.file("absent.json")}).code, 3);
    EXPECT_EQ(quoin({"genesis", "validate", scratch.path().string()}).code, 3);
}

TEST(GenesisCommand, a_new_genesis_is_sound_and_has_what_was_asked_for) {
    const Scratch scratch;
    const std::string file = scratch.file("new.json");
    const Said made = quoin({"genesis", "new", "--validators", "7", "--accounts", "2", "--name", "seven", "--set",
                             "slot_ms=500", "--start-ms", "60000", "--output", file});
    ASSERT_EQ(made.code, 0) << made.error;
    const Said valid = quoin({"genesis", "validate", file, "--json"});
    EXPECT_EQ(valid.code, 0) << valid.error;
    const auto json = app::Json::parse(valid.out);
    ASSERT_TRUE(json.ok());
    EXPECT_EQ(json->number("/validators"), 7U);
    EXPECT_EQ(json->number("/accounts"), 9U);
    EXPECT_FALSE(json->flag("/template"));
    EXPECT_TRUE(holds(scratch.read("new.json"), "\"slot_ms\": \"500\""));
    EXPECT_TRUE(holds(made.out, json->text("/genesis_root")));
}

TEST(GenesisCommand, a_setting_that_does_not_exist_or_fit_is_refused) {
    EXPECT_EQ(quoin({"genesis", "new", "--set", "slots=1"}).code, 2);
    EXPECT_EQ(quoin({"genesis", "new", "--set", "slot_ms=fast"}).code, 2);
    EXPECT_EQ(quoin({"genesis", "new", "--set", "evidence_max_age_eras=100"}).code, 3);
    EXPECT_EQ(quoin({"genesis", "new", "--validators", "0"}).code, 2);
}

} // namespace quoin::test
