#pragma once

#include "context.hpp"
#include "http.hpp"
#include "parameters.hpp"

#include <optional>
#include <string>

// What an answer is read from, and the envelope that says so (API.md principles 1, 2 and 5).

namespace quoin::api {

/// `unavailable` until the node has published its first view.
Result<engine::SharedSnapshot> snapshot_of(const Context& context);

/// The state that `at=head|justified|finalized` names. `state_pruned` when it is not kept.
Result<StateView> state_at(const engine::Snapshot& snapshot, std::string_view at);

/// As above, with `at` (default head) taken from the query, which must hold nothing that was not asked for yet.
Result<StateView> state_of(const Context& context, Parameters& query);

/// Where a page starts and what it shows: the query's `after` is `0x<root>.<position>` of the page before.
struct PageView {
    StateView view;
    std::optional<std::uint64_t> after;
};
Result<PageView> page_of(const Context& context, Parameters& query);
/// The `next` of a page that ended at `position`; pins its state.
std::string page_cursor(Context& context, const StateView& view, std::uint64_t position);

struct Envelope {
    std::string data;
    std::optional<std::string> next; ///< cursor of the next page; given (even if empty) for pages
};

/// An answer about a state; its ETag is the block's root.
Response state_answer(Envelope envelope, const StateView& view);
/// An answer about history: finalized truth up to the ledger's tip.
Response history_answer(const Context& context, Envelope envelope);
/// An answer about the node itself or what is not final yet: true of this moment only.
Response present_answer(const engine::Snapshot& snapshot, Envelope envelope);
/// An answer about a block that will never change.
Response immutable_answer(std::string data, const engine::Tip& block);

Response octets_answer(const ByteVector& octets);
bool wants_octets(const Request& request);

std::optional<Era> era_or_none(Era era);

} // namespace quoin::api
