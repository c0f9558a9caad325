#include <quoin/staking/slash.hpp>
#include <quoin/transition/evidence.hpp>

namespace quoin::transition {

namespace {

template <class Evidence>
Result<slashing::Offenders> effective(const State& state, const Spec& spec, const Evidence& evidence) {
    Result<slashing::Offenders> offenders = slashing::judge_evidence(state, spec, evidence);
    if (offenders) {
        std::erase_if(offenders->validators, [&](ValidatorIndex validator) {
            return !staking::slash_has_effect(state, spec, validator, offenders->lower);
        });
        if (offenders->validators.empty()) {
            return Fault{Reason::already_slashed, "", "nothing is left to slash of anybody in it"};
        }
    }
    return offenders;
}

} // namespace

Result<slashing::Offenders> check_effective(const State& state, const Spec& spec, const ProposerSlashing& evidence) {
    return effective(state, spec, evidence);
}

Result<slashing::Offenders> check_effective(const State& state, const Spec& spec, const AttesterSlashing& evidence) {
    return effective(state, spec, evidence);
}

} // namespace quoin::transition
