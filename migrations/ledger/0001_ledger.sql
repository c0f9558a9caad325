-- ledger.db: finalized truth. Integers are 64 bits without sign, stored as SQLite's signed ones with the same bits.
-- A row is known by the number of its block and its position in the block.

CREATE TABLE identity (
    only_row     INTEGER PRIMARY KEY CHECK (only_row = 1),
    genesis_root BLOB NOT NULL CHECK (length(genesis_root) = 32)
) STRICT;

CREATE TABLE blocks (
    number       INTEGER PRIMARY KEY,
    slot         INTEGER NOT NULL UNIQUE,
    root         BLOB NOT NULL UNIQUE,
    parent_root  BLOB NOT NULL,
    state_root   BLOB NOT NULL,
    running_hash BLOB NOT NULL, -- chains this row and every row below that belongs to the block
    proposer     INTEGER NOT NULL,
    time_ms      INTEGER NOT NULL,
    transactions INTEGER NOT NULL,
    attestations INTEGER NOT NULL,
    postings     INTEGER NOT NULL
) STRICT;

CREATE TABLE bodies (
    number INTEGER PRIMARY KEY,
    block  BLOB NOT NULL -- SSZ of the signed block
) STRICT;

-- Every account that ever had a posting, with the sum of its postings: a signed decimal of up to 128 bits.
CREATE TABLE balances (
    id      INTEGER PRIMARY KEY,
    account TEXT NOT NULL UNIQUE,
    balance TEXT NOT NULL
) STRICT;

CREATE TABLE postings (
    block     INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    slot      INTEGER NOT NULL,
    era       INTEGER NOT NULL,
    debit     INTEGER NOT NULL, -- balances.id
    credit    INTEGER NOT NULL, -- balances.id
    amount    INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    reference BLOB,             -- hash of the transaction or evidence behind it
    PRIMARY KEY (block, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX postings_by_debit ON postings (debit, block, position);
CREATE INDEX postings_by_credit ON postings (credit, block, position);

CREATE TABLE transactions (
    block       INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    slot        INTEGER NOT NULL,
    hash        BLOB NOT NULL UNIQUE,
    sender      BLOB NOT NULL,
    nonce       INTEGER NOT NULL,
    failure     TEXT,          -- the reason its payload had no effect
    fee_burned  INTEGER NOT NULL,
    fee_tip     INTEGER NOT NULL,
    body        BLOB NOT NULL, -- SSZ of the signed transaction
    PRIMARY KEY (block, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX transactions_by_sender ON transactions (sender, block, position);

CREATE TABLE evidence (
    id       INTEGER PRIMARY KEY, -- from 1, in order of inclusion
    block    INTEGER NOT NULL,
    slot     INTEGER NOT NULL,
    root     BLOB NOT NULL,
    kind     TEXT NOT NULL, -- proposer_slashing or attester_slashing
    evidence BLOB NOT NULL  -- SSZ
) STRICT;
CREATE INDEX evidence_by_block ON evidence (block);
CREATE INDEX evidence_by_root ON evidence (root);

CREATE TABLE slashings (
    block       INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    slot        INTEGER NOT NULL,
    validator   INTEGER NOT NULL,
    offence     TEXT NOT NULL,
    evidence    BLOB NOT NULL, -- evidence.root
    offence_era INTEGER NOT NULL,
    taken       INTEGER NOT NULL,
    reward      INTEGER NOT NULL,
    reporter    BLOB NOT NULL,
    PRIMARY KEY (block, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX slashings_by_validator ON slashings (validator, block, position);

CREATE TABLE validator_events (
    block     INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    validator INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    era       INTEGER NOT NULL,
    PRIMARY KEY (block, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX validator_events_by_validator ON validator_events (validator, block, position);

CREATE TABLE rewards (
    era                INTEGER NOT NULL, -- that was settled
    validator          INTEGER NOT NULL,
    block              INTEGER NOT NULL, -- the first at or after the boundary that settled it
    source             INTEGER NOT NULL,
    target             INTEGER NOT NULL,
    head               INTEGER NOT NULL,
    proposer           INTEGER NOT NULL,
    penalty_missed     INTEGER NOT NULL,
    penalty_inactivity INTEGER NOT NULL,
    ideal              INTEGER NOT NULL,
    commission         INTEGER NOT NULL,
    PRIMARY KEY (era, validator)
) STRICT, WITHOUT ROWID;
CREATE INDEX rewards_by_validator ON rewards (validator, era);
CREATE INDEX rewards_by_block ON rewards (block, era, validator);

-- Post-states of block 0 and of the first block of an era, thinned as they age.
CREATE TABLE states (
    sequence INTEGER PRIMARY KEY, -- from 0 without gaps in order of writing
    block    INTEGER NOT NULL UNIQUE,
    bytes    INTEGER NOT NULL,    -- of the SSZ
    state    BLOB NOT NULL        -- SSZ, zstd
) STRICT;

-- Finalized truth is only ever added to.
CREATE TRIGGER blocks_keep BEFORE UPDATE ON blocks BEGIN SELECT RAISE(ABORT, 'blocks are append-only'); END;
CREATE TRIGGER blocks_stay BEFORE DELETE ON blocks BEGIN SELECT RAISE(ABORT, 'blocks are append-only'); END;
CREATE TRIGGER postings_keep BEFORE UPDATE ON postings BEGIN SELECT RAISE(ABORT, 'postings are append-only'); END;
CREATE TRIGGER postings_stay BEFORE DELETE ON postings BEGIN SELECT RAISE(ABORT, 'postings are append-only'); END;
