#pragma once

#include <quoin/base/result.hpp>

#include <string>
#include <string_view>

namespace quoin::keys {

/// Wipes a text that held a secret.
void wipe(std::string& text);

/// Unicode NFKD of UTF-8 text, as EIP-2335 and BIP-39 ask of passwords and phrases: for ASCII, Latin, Greek, Russian,
/// Chinese characters, emoji, mathematical letters and full-width forms. `bad_password` for what is not UTF-8, and for
/// scripts whose decomposition is not known here: a wrong guess would lock the owner out elsewhere.
Result<std::string> normalised(std::string_view text);

/// As above, and without control codes (C0, delete, C1): what EIP-2335 feeds to the key derivation.
Result<std::string> normalised_password(std::string_view password);

} // namespace quoin::keys
