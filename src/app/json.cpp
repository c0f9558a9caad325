#include "json.hpp"

#include <rapidjson/document.h>
#include <rapidjson/pointer.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <charconv>

namespace quoin::app {

struct Json::Document {
    rapidjson::Document root;

    const rapidjson::Value* find(const std::string& pointer) const {
        return rapidjson::Pointer(pointer.c_str()).Get(root);
    }
};

namespace {

std::string written(const rapidjson::Value& value) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    value.Accept(writer);
    return {buffer.GetString(), buffer.GetSize()};
}

} // namespace

Result<Json> Json::parse(std::string_view text) {
    auto document = std::make_shared<Document>();
    document->root.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
    if (document->root.HasParseError()) {
        return Fault{Reason::malformed, "", "is not JSON, at byte " + std::to_string(document->root.GetErrorOffset())};
    }
    Json json;
    json.document_ = std::move(document);
    return json;
}

bool Json::has(const std::string& pointer) const {
    const rapidjson::Value* value = document_->find(pointer);
    return value != nullptr && !value->IsNull();
}

std::string Json::text(const std::string& pointer) const {
    const rapidjson::Value* value = document_->find(pointer);
    if (value == nullptr || value->IsNull() || value->IsObject() || value->IsArray()) {
        return {};
    }
    return value->IsString() ? std::string{value->GetString(), value->GetStringLength()} : written(*value);
}

std::uint64_t Json::number(const std::string& pointer) const {
    const std::string digits = text(pointer);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc{} && end == digits.data() + digits.size() ? number : 0;
}

bool Json::flag(const std::string& pointer) const {
    const rapidjson::Value* value = document_->find(pointer);
    return value != nullptr && value->IsTrue();
}

std::vector<std::string> Json::names(const std::string& pointer) const {
    const rapidjson::Value* value = document_->find(pointer);
    std::vector<std::string> names;
    if (value != nullptr && value->IsObject()) {
        for (const auto& member : value->GetObject()) {
            names.emplace_back(member.name.GetString(), member.name.GetStringLength());
        }
    }
    return names;
}

std::size_t Json::size(const std::string& pointer) const {
    const rapidjson::Value* value = document_->find(pointer);
    return value != nullptr && value->IsArray() ? value->Size() : 0;
}

std::string Json::raw(const std::string& pointer) const {
    const rapidjson::Value* value = document_->find(pointer);
    return value == nullptr ? "null" : written(*value);
}

} // namespace quoin::app
