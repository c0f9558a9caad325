-- signing.db: what this node's validators have signed (EIP-3076). A row is durable before the signature is made.

CREATE TABLE identity (
    only_row     INTEGER PRIMARY KEY CHECK (only_row = 1),
    genesis_root BLOB NOT NULL CHECK (length(genesis_root) = 32)
) STRICT;

CREATE TABLE proposals (
    key          BLOB NOT NULL,
    slot         INTEGER NOT NULL,
    signing_root BLOB, -- null: imported without one, so nothing equals it
    PRIMARY KEY (key, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE attestations (
    key          BLOB NOT NULL,
    target       INTEGER NOT NULL,
    source       INTEGER NOT NULL,
    signing_root BLOB,
    PRIMARY KEY (key, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX attestations_by_source ON attestations (key, source);
