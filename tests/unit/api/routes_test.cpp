#include "routes.hpp"
#include "world.hpp"

#include <gtest/gtest.h>

#include <set>

namespace quoin::api {

namespace {

const char* name_of(Method method) {
    return method == Method::post ? "post" : "get";
}

std::set<std::string> described(const rapidjson::Document& document) {
    std::set<std::string> operations;
    for (const auto& path : document["paths"].GetObject()) {
        for (const auto& operation : path.value.GetObject()) {
            operations.insert(std::string{operation.name.GetString()} + " " + path.name.GetString());
        }
    }
    return operations;
}

TEST(Routes, the_openapi_file_describes_every_route_and_nothing_else) {
    test::World world;
    const auto document = world.client().get("/v1/openapi.json").json();
    std::set<std::string> served;
    for (const Route& route : routes()) {
        served.insert(std::string{name_of(route.method)} + " " + std::string{route.pattern});
    }
    EXPECT_EQ(served, described(document));
}

TEST(Routes, the_openapi_file_lists_every_reason) {
    test::World world;
    const auto document = world.client().get("/v1/openapi.json").json();
    std::set<std::string> listed;
    for (const auto& reason : document["components"]["schemas"]["Reason"]["enum"].GetArray()) {
        listed.insert(reason.GetString());
    }
    for (int i = 0; i <= static_cast<int>(Reason::unavailable); ++i) {
        EXPECT_TRUE(listed.contains(std::string{to_string(static_cast<Reason>(i))}))
            << to_string(static_cast<Reason>(i));
    }
}

TEST(Routes, every_path_parameter_of_a_route_is_described) {
    test::World world;
    const auto document = world.client().get("/v1/openapi.json").json();
    for (const auto& path : document["paths"].GetObject()) {
        const std::string pattern = path.name.GetString();
        for (std::size_t at = pattern.find('{'); at != std::string::npos; at = pattern.find('{', at + 1)) {
            const std::string name = pattern.substr(at + 1, pattern.find('}', at) - at - 1);
            for (const auto& operation : path.value.GetObject()) {
                bool is_described = false;
                for (const auto& parameter : operation.value["parameters"].GetArray()) {
                    is_described = is_described || parameter["name"].GetString() == name;
                }
                EXPECT_TRUE(is_described) << pattern;
            }
        }
    }
}

TEST(Routes, every_get_answers_a_status_that_is_described_for_good_and_for_bad_parameters) {
    test::World world;
    world.grow(20);
    test::HttpClient client = world.client();
    const auto document = client.get("/v1/openapi.json").json();
    for (const Route& route : routes()) {
        if (route.method != Method::get || route.pattern == "/v1/events") {
            continue;
        }
        for (const std::string value : {"0", "head", "0x00", "%F0%9F", "99999999999999999999", "-1"}) {
            std::string path{route.pattern};
            const std::size_t open = path.find('{');
            if (open != std::string::npos) {
                path.replace(open, path.find('}') - open + 1, value);
            }
            for (const std::string& query : {std::string{}, std::string{"?limit=1"}, std::string{"?limit=x"},
                                             "?after=" + value, "?account=" + value}) {
                const auto answer = client.get(path + query);
                const auto& responses = document["paths"][std::string{route.pattern}.c_str()]["get"]["responses"];
                EXPECT_TRUE(responses.HasMember(std::to_string(answer.status).c_str()))
                    << path << query << ": " << answer.status << " " << answer.body;
                EXPECT_LT(answer.status, 500) << path << query;
            }
        }
    }
}

} // namespace

} // namespace quoin::api
