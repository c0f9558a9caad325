#include "support/vectors.hpp"

#include <quoin/base/hex.hpp>

#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string_view>

namespace quoin::test {

std::filesystem::path vectors_folder() {
    const char* named = std::getenv("QUOIN_VECTORS");
    return named != nullptr && *named != '\0' ? named : "../shared/vectors";
}

bool has_vectors() {
    return std::filesystem::is_directory(vectors_folder());
}

std::vector<std::filesystem::path> vector_files(const std::string& folder) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(vectors_folder() / folder, error)) {
        if (entry.path().extension() == ".json") {
            files.push_back(entry.path());
        }
    }
    EXPECT_FALSE(files.empty()) << "no vectors in " << folder;
    std::sort(files.begin(), files.end());
    return files;
}

rapidjson::Document open_vectors(const std::filesystem::path& file) {
    const std::filesystem::path below = vectors_folder() / file;
    std::ifstream stream(std::filesystem::exists(below) ? below : file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>{stream}, {}};
    rapidjson::Document document;
    document.Parse(text.data(), text.size());
    if (document.HasParseError()) {
        ADD_FAILURE() << file.string() << ": " << rapidjson::GetParseError_En(document.GetParseError());
        document.SetNull();
    }
    return document;
}

ByteVector hex_octets(const rapidjson::Value& value) {
    const Result<ByteVector> octets = from_hex(value.IsString() ? value.GetString() : "");
    if (!octets) {
        ADD_FAILURE() << "no hex: " << json_text(value);
        return {};
    }
    return *octets;
}

ByteVector bare_octets(const rapidjson::Value& value) {
    return from_hex("0x" + std::string{value.GetString()}).value();
}

std::uint64_t integer(const rapidjson::Value& value) {
    if (value.IsUint64()) {
        return value.GetUint64();
    }
    const std::string_view digits =
        value.IsString() ? std::string_view{value.GetString(), value.GetStringLength()} : std::string_view{};
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size() || digits.empty()) {
        ADD_FAILURE() << "no integer: " << json_text(value);
    }
    return number;
}

std::string json_text(const rapidjson::Value& value) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
    value.Accept(writer);
    return {buffer.GetString(), buffer.GetSize()};
}

} // namespace quoin::test
