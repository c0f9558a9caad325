-- chain.db: blocks above and around finality, and the proofs of finality. What finality has passed moves to ledger.db.

CREATE TABLE identity (
    only_row     INTEGER PRIMARY KEY CHECK (only_row = 1),
    genesis_root BLOB NOT NULL CHECK (length(genesis_root) = 32)
) STRICT;

CREATE TABLE blocks (
    root  BLOB PRIMARY KEY CHECK (length(root) = 32),
    slot  INTEGER NOT NULL,
    block BLOB NOT NULL -- SSZ of the signed block
) STRICT;
CREATE INDEX blocks_by_slot ON blocks (slot);

-- The newest of every era of the finalized slot.
CREATE TABLE certificates (
    era         INTEGER PRIMARY KEY,
    slot        INTEGER NOT NULL, -- of the finalized block
    epoch       INTEGER NOT NULL, -- of the finalized checkpoint
    certificate BLOB NOT NULL     -- SSZ
) STRICT;

CREATE TABLE handovers (
    version INTEGER PRIMARY KEY, -- the set version that it hands trust to
    proof   BLOB NOT NULL        -- SSZ
) STRICT;
