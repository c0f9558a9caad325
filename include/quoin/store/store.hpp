#pragma once

#include <quoin/ports/signing.hpp>
#include <quoin/ports/spans.hpp>
#include <quoin/ports/stores.hpp>
#include <quoin/store/place.hpp>
#include <quoin/types/genesis.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace quoin::store {

// The database files of a data folder. Each is made when absent, brought up to the newest schema, and refused with a
// fault when it can not be used: `wrong_genesis` (of another chain), `newer_schema` (written by a newer program),
// `data_folder_invalid` (not a file of this kind), `not_writable`, `busy` (another process has it), `corrupt`,
// `io_error`. Every commit is durable before it returns (WAL, synchronous=FULL), but for slasher.db's.
//
// Once open, failures of the machine are exceptions derived from std::runtime_error; `chain` must outlive the store.

/// chain.db: blocks above and around finality, certificates, hand-over proofs.
Result<std::unique_ptr<ports::ChainStore>> open_chain_store(const Place& place, const Chain& chain);

/// ledger.db: finalized truth (LEDGER.md "What SQLite holds").
Result<std::unique_ptr<ports::LedgerStore>> open_ledger_store(const Place& place, const Chain& chain);

/// signing.db: slashing protection. Held by one process at a time: a second one is refused with `busy`.
Result<std::unique_ptr<ports::SigningStore>> open_signing_store(const Place& place, const Root& genesis_root);

/// slasher.db: what was seen, for as long as evidence of it counts. Held by one process at a time. Its last commits may
/// be lost with the power (synchronous=NORMAL): then something slashable may go unnoticed, and nothing else happens.
Result<std::unique_ptr<ports::SpanStore>> open_span_store(const Place& place, const Root& genesis_root);

/// Reads an EIP-3076 interchange file into signing.db, in one transaction; nothing is written unless all of it is well
/// formed and of this chain. What is already known stays: importing can only make signing stricter. Returns how many
/// signed messages the file held.
Result<std::uint64_t> import_interchange(const std::string& path, const Root& genesis_root, std::string_view json);

} // namespace quoin::store
