#include "genesis_file.hpp"

#include "exit.hpp"
#include "files.hpp"
#include "random.hpp"

#include <quoin/codec/json.hpp>

#include <quoin_embedded/templates.hpp>

#include <algorithm>

namespace quoin::app {

namespace {

constexpr std::size_t genesis_bytes_max = 512 << 20;
constexpr std::string_view extension = ".json";

[[noreturn]] void refuse(const std::string& name, const Fault& fault) {
    const std::string path = fault.path.empty() ? name : name + ": " + fault.path;
    throw Exit(ExitCode::config, {fault.reason, path, fault.message});
}

/// A value of the spec under its key in the JSON of the spec, replaced. What does not fit is for the reader to say.
std::string with_setting(std::string spec, const std::string& setting) {
    const std::size_t equals = setting.find('=');
    const std::string key = "\"" + setting.substr(0, equals) + "\":";
    const std::size_t at = spec.find(key);
    if (equals == std::string::npos || at == std::string::npos) {
        throw Exit(ExitCode::usage,
                   {Reason::unknown_field, setting, "expected KEY=VALUE with a key of the spec such as slot_ms=500"});
    }
    const std::string value = setting.substr(equals + 1);
    const std::size_t begin = at + key.size();
    const std::size_t end = spec.find_first_of(",}", begin);
    const bool is_flag = value == "true" || value == "false";
    return spec.replace(begin, end - begin, is_flag ? value : json_quoted(value));
}

void check_possession(const Genesis& genesis, const std::string& name) {
    crypto::BlsScheme scheme;
    const auto verdicts = scheme.verify(genesis_checks(genesis), random_bytes<32>());
    const auto wrong = std::find(verdicts.begin(), verdicts.end(), 0);
    if (wrong != verdicts.end()) {
        const std::string path = "validators[" + std::to_string(wrong - verdicts.begin()) + "].proof_of_possession";
        refuse(name, {Reason::bad_proof_of_possession, path, "is not a proof for the public key"});
    }
}

} // namespace

std::vector<std::string> template_names() {
    std::vector<std::string> names;
    for (const embedded::EmbeddedFile& file : embedded::templates()) {
        names.emplace_back(file.name.substr(0, file.name.size() - extension.size()));
    }
    return names;
}

std::string genesis_text(const std::string& name_or_file) {
    for (const embedded::EmbeddedFile& file : embedded::templates()) {
        if (file.name == name_or_file + std::string{extension}) {
            return std::string{file.content};
        }
    }
    auto text = read_file(name_or_file, genesis_bytes_max);
    if (!text) {
        std::string message = text.fault().message;
        if (text.fault().reason == Reason::not_found) {
            message += ", nor a template of this name (";
            for (const std::string& name : template_names()) {
                message += message.back() == '(' ? name : ", " + name;
            }
            message += ")";
        }
        throw Exit(ExitCode::config, {text.fault().reason, text.fault().path, message});
    }
    return std::move(*text);
}

std::shared_ptr<const Chain> checked_genesis(std::string_view json, const std::string& name, bool may_be_template) {
    Result<Chain> chain = load_genesis(json);
    if (!chain) {
        refuse(name, chain.fault());
    }
    if (chain->genesis.time_ms == 0 && !may_be_template) {
        refuse(name, {Reason::genesis_invalid, "time_ms",
                      "is 0: this is a template, of which `quoin testnet` or `quoin genesis new` makes a genesis"});
    }
    check_possession(chain->genesis, name);
    return std::make_shared<const Chain>(std::move(*chain));
}

std::shared_ptr<const Chain> load_genesis_file(const std::filesystem::path& file) {
    return checked_genesis(genesis_text(file.string()), file.string(), false);
}

void change_spec(Genesis& genesis, const std::vector<std::string>& settings) {
    std::string spec = to_json(genesis.spec);
    for (const std::string& setting : settings) {
        spec = with_setting(std::move(spec), setting);
    }
    genesis.spec = or_exit(from_json<Spec>(spec), ExitCode::usage);
}

bool is_development(const Genesis& genesis) {
    const auto marked = [](const auto& item) { return item.development; };
    return std::any_of(genesis.validators.begin(), genesis.validators.end(), marked) ||
           std::any_of(genesis.accounts.begin(), genesis.accounts.end(), marked);
}

} // namespace quoin::app
