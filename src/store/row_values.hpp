#pragma once

#include <quoin/base/checked.hpp>
#include <quoin/types/effects.hpp>

#include <string>
#include <string_view>

namespace quoin::store {

// How values without an SQLite type of their own are written as text. Reading what was not written so is Corrupt.

std::string signed_decimal(Int128 value);
Int128 signed_from_decimal(std::string_view text);

LedgerAccount account_from_text(const std::string& text);
PostingKind posting_kind_from_text(std::string_view text);
Offence offence_from_text(std::string_view text);
LifecycleEvent::Kind lifecycle_kind_from_text(std::string_view text);
Reason reason_from_text(std::string_view text);

} // namespace quoin::store
