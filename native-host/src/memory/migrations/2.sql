-- How each arm of the router did for each intent, as learned from this reader. Never any text.
CREATE TABLE ratings (
    intent TEXT NOT NULL,
    arm TEXT NOT NULL,
    vendor TEXT NOT NULL,
    wins REAL NOT NULL,                 -- the part of the weight that went well
    weight REAL NOT NULL,               -- of all observations
    events INTEGER NOT NULL,            -- how many signals of any kind had come by then
    updated INTEGER NOT NULL,           -- in milliseconds since 1970; weights decay from then on
    PRIMARY KEY (intent, arm, vendor)
) STRICT, WITHOUT ROWID;

-- What this reader does where and when: one count by one ground, never two together.
CREATE TABLE habits (
    ground TEXT NOT NULL,               -- all, site, language, length, hour, previous
    value TEXT NOT NULL,                -- for a site its host name
    action TEXT NOT NULL,
    count REAL NOT NULL,
    updated INTEGER NOT NULL,           -- in milliseconds since 1970; counts decay from then on
    PRIMARY KEY (ground, value, action)
) STRICT, WITHOUT ROWID;
