#include "proof_command.hpp"

#include "files.hpp"
#include "genesis_file.hpp"
#include "random.hpp"
#include "testnet_file.hpp"

#include <quoin/base/hex.hpp>
#include <quoin/codec/json.hpp>
#include <quoin/codec/ssz.hpp>
#include <quoin/finality/certificate.hpp>
#include <quoin/types/certificate.hpp>

#include <fmt/format.h>

namespace quoin::app {

namespace {

/// JSON begins with a brace; SSZ of a proof begins with the genesis root.
Result<FinalityProof> read_proof(const std::string& text) {
    if (const auto json = Json::parse(text)) {
        return from_json<FinalityProof>(json->has("/data") ? json->raw("/data") : text);
    }
    if (text.starts_with("{")) {
        return Fault{Reason::malformed, "", "is not JSON"};
    }
    return decode<FinalityProof>({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::shared_ptr<const Chain> genesis_of(const VerifyOptions& options) {
    if (!options.genesis.empty()) {
        return load_genesis_file(options.genesis);
    }
    const std::filesystem::path folder = options.node.testnet;
    if (!std::filesystem::exists(folder / "genesis.json")) {
        throw Exit(ExitCode::usage, {Reason::missing_field, "--genesis", "name the genesis file to be trusted"});
    }
    return load_genesis_file(folder / "genesis.json");
}

Result<FinalityProof> proof_of(const VerifyOptions& options) {
    if (!options.file.empty()) {
        return read_proof(or_exit(read_file(options.file), ExitCode::config));
    }
    NodeApi api(options.node.nodes());
    return from_json<FinalityProof>(api.get("/v1/finality/certificates/" + options.block).json.raw("/data"));
}

void print_verdict(const VerifyOptions& options, const FinalityProof& proof) {
    const Root root = hash_tree_root(proof.header);
    if (options.json) {
        fmt::print(R"({{"final":true,"slot":"{}","root":"{}","epoch":"{}","handovers":"{}"}})"
                   "\n",
                   proof.header.slot.value, to_hex(root), proof.certificate.finalized.epoch.value,
                   proof.handovers.size());
    } else {
        fmt::print("final: slot {} root {}, shown from genesis, hand-overs followed: {}\n", proof.header.slot.value,
                   to_hex(root), proof.handovers.size());
    }
}

} // namespace

ExitCode run_verify_finality(const VerifyOptions& options) {
    const auto chain = genesis_of(options);
    const Result<FinalityProof> proof = proof_of(options);
    crypto::BlsScheme scheme;
    const Result<void> verdict =
        proof ? finality::verify_finality_proof(*chain, *proof, scheme, random_bytes<32>()) : proof.fault();
    if (verdict) {
        print_verdict(options, *proof);
        return ExitCode::ok;
    }
    if (options.json) {
        fmt::print(R"({{"final":false,"reason":"{}","path":{},"message":{}}})"
                   "\n",
                   to_string(verdict.fault().reason), json_quoted(verdict.fault().path),
                   json_quoted(verdict.fault().message));
    } else {
        fmt::print("not shown to be final: {}\n", verdict.fault().text());
    }
    return ExitCode::negative;
}

} // namespace quoin::app
