-- slasher.db: what was seen of the window of evidence, to find slashable pairs in. Nothing here is needed for safety.

CREATE TABLE identity (
    only_row     INTEGER PRIMARY KEY CHECK (only_row = 1),
    genesis_root BLOB NOT NULL CHECK (length(genesis_root) = 32)
) STRICT;

CREATE TABLE progress (
    only_row      INTEGER PRIMARY KEY CHECK (only_row = 1),
    highest_epoch INTEGER NOT NULL -- the window ends here
) STRICT;

-- Distances of 256 validators (a group) in 16 epochs (a period), zstd: nearest, then farthest, 16 bits each, epoch by
-- epoch, little endian.
CREATE TABLE spans (
    period     INTEGER NOT NULL,
    validators INTEGER NOT NULL, -- the group
    chunk      BLOB NOT NULL,
    PRIMARY KEY (period, validators)
) STRICT, WITHOUT ROWID;

-- By which attestation each of a group was first seen to vote for a target: 256 numbers of 16 bits, little endian.
-- Not compressed: committees are drawn at random, and rows that keep their length do not split pages.
CREATE TABLE votes (
    target     INTEGER NOT NULL,
    validators INTEGER NOT NULL, -- the group
    numbers    BLOB NOT NULL,
    PRIMARY KEY (target, validators)
) STRICT, WITHOUT ROWID;

-- Its signers are those whose votes name it, and `elsewhere`: gaps between ascending indices, seven bits to a byte.
CREATE TABLE attestations (
    target    INTEGER NOT NULL,
    number    INTEGER NOT NULL,
    recorded  INTEGER NOT NULL, -- how many votes name it
    data      BLOB NOT NULL,    -- SSZ
    signature BLOB NOT NULL,
    elsewhere BLOB NOT NULL,
    PRIMARY KEY (target, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE headers (
    slot     INTEGER NOT NULL,
    proposer INTEGER NOT NULL,
    header   BLOB NOT NULL, -- SSZ of the signed header
    PRIMARY KEY (slot, proposer)
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
    id       INTEGER PRIMARY KEY,
    lower    INTEGER NOT NULL, -- epoch of the lower target
    higher   INTEGER NOT NULL,
    evidence BLOB NOT NULL     -- SSZ
) STRICT;
