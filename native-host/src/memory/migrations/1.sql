-- What every expert was asked, one row a call; never any text.
CREATE TABLE calls (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,                -- when it began, in milliseconds since 1970
    day TEXT NOT NULL,                  -- the same in the reader's time zone: 2026-11-23
    request INTEGER NOT NULL,           -- calls for the same request share this random number
    vendor TEXT NOT NULL,
    vendor_name TEXT NOT NULL,
    expert TEXT NOT NULL,
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL,
    failed INTEGER NOT NULL,
    first_text_ms INTEGER,
    duration_ms INTEGER NOT NULL,
    input_tokens INTEGER,
    cached_tokens INTEGER,
    output_tokens INTEGER,
    micros INTEGER,                     -- money in millionths of the currency
    currency TEXT,
    estimated INTEGER NOT NULL
) STRICT;
CREATE INDEX calls_by_day ON calls (day);
CREATE INDEX calls_by_request ON calls (request);

-- The sum of the money in `calls`, so that a limit is checked without reading them all.
CREATE TABLE spent (
    day TEXT NOT NULL,
    currency TEXT NOT NULL,
    micros INTEGER NOT NULL,
    PRIMARY KEY (day, currency)
) STRICT, WITHOUT ROWID;

-- The hosts that run now. Each holds a lock on a file of its own for as long as it lives.
CREATE TABLE processes (
    id INTEGER PRIMARY KEY,
    pid INTEGER NOT NULL,
    started INTEGER NOT NULL
) STRICT;

-- Calls under way.
CREATE TABLE permits (
    id INTEGER PRIMARY KEY,
    process INTEGER NOT NULL REFERENCES processes (id) ON DELETE CASCADE,
    vendor TEXT NOT NULL,
    at INTEGER NOT NULL,
    tokens INTEGER NOT NULL,            -- expected
    micros INTEGER NOT NULL,            -- reserved
    currency TEXT
) STRICT;
CREATE INDEX permits_by_vendor ON permits (vendor);
CREATE INDEX permits_by_process ON permits (process);

-- What was sent to a vendor in the last minute, in small slots of time.
CREATE TABLE slots (
    vendor TEXT NOT NULL,
    slot INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    PRIMARY KEY (vendor, slot)
) STRICT, WITHOUT ROWID;

-- Vendors that asked to be left alone for a while.
CREATE TABLE closures (
    vendor TEXT PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How each expert did so far, as JSON.
CREATE TABLE health (
    expert TEXT PRIMARY KEY,
    state TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The reader's settings, as JSON; one row.
CREATE TABLE settings (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL,
    value TEXT NOT NULL
) STRICT;
