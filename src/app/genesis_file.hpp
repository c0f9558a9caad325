#pragma once

#include <quoin/types/genesis.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace quoin::app {

/// Templates that the program carries: devnet, minimal, mainnet-like.
std::vector<std::string> template_names();

/// The text of a genesis: of a template by its name, else of a file.
std::string genesis_text(const std::string& name_or_file);

/// A genesis that has been checked, proofs of possession too. Leaves with `config` and the field's path when it is not
/// sound; `name` says where it came from. A template (time 0) is refused unless `may_be_template`.
std::shared_ptr<const Chain> checked_genesis(std::string_view json, const std::string& name, bool may_be_template);
std::shared_ptr<const Chain> load_genesis_file(const std::filesystem::path& file);

/// Gives fields of the spec other values, `KEY=VALUE` each. Leaves with `usage` for a key that the spec has not and for
/// a value that does not fit it; whether the whole is still sound is for `validate_genesis` to say.
void change_spec(Genesis& genesis, const std::vector<std::string>& settings);

/// True when the genesis marks anything as of the published development keys.
bool is_development(const Genesis& genesis);

} // namespace quoin::app
