#include "block_lookup.hpp"
#include "json_out.hpp"
#include "participation.hpp"
#include "render.hpp"
#include "routes.hpp"
#include "view.hpp"

#include <quoin/codec/ssz.hpp>
#include <quoin/finality/certificate.hpp>
#include <quoin/types/clock.hpp>

#include <algorithm>

namespace quoin::api {

namespace {

std::string participation_json(const Participation& participation) {
    JsonObject json;
    json.add("epoch", participation.epoch).add("target_weight", participation.target);
    json.add("total_weight", participation.total).add("target_bps", participation.target_bps());
    json.raw("missing", json_array(participation.missing,
                                   [](ValidatorIndex index) { return "\"" + std::to_string(index.value) + "\""; }));
    return json.take();
}

/// The proof that a certificate's block is final, as `quoin verify finality` reads it.
Result<FinalityProof> proof_of(const Context& context, const engine::Snapshot& snapshot,
                               const FinalityCertificate& certificate) {
    const auto block = find_block(context, snapshot, certificate.finalized.root);
    if (!block) {
        return Fault{Reason::not_found, "", "the certified block is not kept"};
    }
    auto handovers = context.parts.chain_store.handovers(0, certificate.version);
    if (handovers.size() > finality::handover_length_max) {
        return Fault{Reason::handover_missing, "",
                     "more changes of weights lie between genesis and this block than a "
                     "proof can carry"};
    }
    FinalityProof proof;
    proof.genesis_root = context.parts.chain.genesis_root;
    proof.handovers = decltype(FinalityProof::handovers){std::move(handovers)};
    proof.certificate = certificate;
    proof.header = header_of(block->block->message);
    return proof;
}

} // namespace

Reply get_finality(Context& context, const Request& request) {
    Parameters query{request};
    const Result<StateView> view = state_of(context, query);
    if (!view) {
        return view.fault();
    }
    const auto snapshot = snapshot_of(context);
    if (!snapshot) {
        return snapshot.fault();
    }
    const Spec& spec = context.spec();
    const State& state = *view->state;
    const std::uint64_t epoch = epoch_of(spec, view->block.slot).value;
    const std::uint64_t lag = epoch > state.finalized.epoch.value ? epoch - state.finalized.epoch.value : 0;
    JsonObject finalized;
    finalized.add("slot", (*snapshot)->finalized.slot).add("root", (*snapshot)->finalized.root);
    JsonObject json;
    json.raw("finalized", finalized.add("number", (*snapshot)->finalized_number).take());
    json.raw("certified", json_of((*snapshot)->certified)).raw("justified", json_of((*snapshot)->justified));
    json.raw("finalized_on_chain", json_of(state.finalized)).raw("justified_on_chain", json_of(state.justified));
    json.add("lag_epochs", lag).add("leak", lag > spec.leak_after_epochs);
    const auto participation = participation_of(state, spec);
    json.raw("participation", participation ? participation_json(*participation) : "null");
    return state_answer({json.take(), {}}, *view);
}

Reply get_participation(Context& context, const Request& request) {
    Parameters query{request};
    const auto epoch = parse_number(segment(request, 2));
    if (!epoch) {
        return Fault{Reason::wrong_type, "epoch", "expected the number of an epoch"};
    }
    const Result<StateView> view = state_of(context, query);
    if (!view) {
        return view.fault();
    }
    const auto participation = participation_in(*view->state, context.spec(), Epoch{*epoch});
    if (!participation) {
        return Fault{Reason::not_found, "epoch", "the state counts no votes of this epoch"};
    }
    return state_answer({participation_json(*participation), {}}, *view);
}

Reply get_certificate(Context& context, const Request& request) {
    if (const auto fault = Parameters{request}.finish()) {
        return *fault;
    }
    const auto snapshot = snapshot_of(context);
    if (!snapshot) {
        return snapshot.fault();
    }
    const std::string& id = segment(request, 3);
    std::optional<FinalityCertificate> certificate;
    if (id == "finalized" || id == "head" || id == "justified") {
        certificate = context.parts.chain_store.newest_certificate();
    } else {
        const auto slot = parse_number(id);
        const auto found =
            slot ? Result<FoundBlock>{FoundBlock{}} : find_block(context, **snapshot, std::string_view{id});
        if (!found) {
            return found.fault();
        }
        constexpr std::uint64_t most = ~std::uint64_t{0} >> 1;
        const Slot wanted = slot ? Slot{std::min(*slot, most)} : found->slot();
        certificate = context.parts.chain_store.certificate_at_or_after(wanted);
    }
    if (!certificate) {
        return Fault{Reason::not_found, "", "no certificate at or after this block yet"};
    }
    const Result<FinalityProof> proof = proof_of(context, **snapshot, *certificate);
    if (!proof) {
        return proof.fault();
    }
    if (wants_octets(request)) {
        return octets_answer(encode(*proof));
    }
    const engine::Tip block{proof->header.slot, certificate->finalized.root};
    return state_answer({to_json(*proof), {}}, StateView{nullptr, block, true});
}

Reply get_fork_choice(Context& context, const Request& request) {
    if (const auto fault = Parameters{request}.finish()) {
        return *fault;
    }
    const auto snapshot = snapshot_of(context);
    if (!snapshot) {
        return snapshot.fault();
    }
    JsonArray blocks;
    for (std::size_t i = 0; (*snapshot)->tree && i < (*snapshot)->tree->size(); ++i) {
        const engine::TreeBlock& node = (*(*snapshot)->tree)[i];
        JsonObject json;
        json.add("slot", node.slot).add("root", node.root).add("parent_root", node.parent);
        json.add("proposer", node.proposer).add("weight", node.weight).raw("justified", json_of(node.justified));
        blocks.raw(json.take());
    }
    JsonObject json;
    json.raw("head", json_of((*snapshot)->head)).raw("justified", json_of((*snapshot)->justified));
    json.raw("certified", json_of((*snapshot)->certified)).raw("finalized", json_of((*snapshot)->finalized));
    return present_answer(**snapshot, {json.raw("blocks", blocks.take()).take(), {}});
}

} // namespace quoin::api
