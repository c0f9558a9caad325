#pragma once

#include "agreement.hpp"
#include "books.hpp"
#include "signing_log.hpp"
#include "violation.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>

namespace quoin::sim {

/// All that stands outside and looks. Knows what nodes send, show and keep, and nothing of how they come to it.
class Checkers {
public:
    Checkers(std::shared_ptr<const Chain> chain, std::size_t nodes);

    /// These validators may sign what they like: what they sign is held against them, not against the code.
    void distrust(const std::vector<ValidatorIndex>& validators);

    /// What a node sent of its own making.
    void sent(Slot now, const engine::Message& message);
    /// What an adversary sent: counts for the keys that are its own.
    void forged(Slot now, const engine::Message& message);
    void looked_at(Slot now, std::size_t number, SimulatedNode& node) { agreement_.looked_at(now, number, node); }
    void restarted(Slot now, std::size_t number, SimulatedNode& node) { agreement_.restarted(now, number, node); }
    /// Now and then: containers within their bounds, equal states.
    void inspect(Slot now, std::size_t number, SimulatedNode& node);
    /// S6: that the node has finalized past `since`.
    void expect_finality(Slot now, Slot since, std::size_t number, const SimulatedNode& node);
    /// Every traitor was slashed exactly once.
    void expect_slashed_once(Slot now);
    void compare_books(Slot now) { books_.compare(now); }

    const Violations& found() const { return found_; }
    /// Those seen to have signed a slashable pair.
    const std::map<ValidatorIndex, Offence>& guilty() const { return guilty_; }
    const Books& books() const { return books_; }
    std::size_t branches() const { return agreement_.branches(); }
    std::uint64_t finalized_blocks() const { return agreement_.height(); }

    /// Called with a sentence for the timeline.
    std::function<void(const std::string&)> tell;

private:
    void sign(Slot now, ValidatorIndex validator, const std::optional<Offence>& offence);
    bool is_accountable() const;
    void finalized(Slot now, const SignedBlock& block, const std::optional<std::vector<Posting>>& kept);

    std::shared_ptr<const Chain> chain_;
    Violations found_;
    Agreement agreement_;
    Books books_;
    SigningLog log_;
    std::set<ValidatorIndex> distrusted_;
    std::map<ValidatorIndex, Offence> guilty_;
    std::map<Root, Root> state_roots_; ///< of finalized blocks that several nodes showed lately
    std::map<ValidatorIndex, std::uint64_t> told_slashed_;
    std::set<std::string> told_bounds_;
};

} // namespace quoin::sim
