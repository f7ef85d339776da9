-- Scans, their search terms and chunk maps. Times are microseconds since 1970 (UTC); identifiers are 16 bytes.

CREATE TABLE archive (
    id TEXT NOT NULL PRIMARY KEY
) WITHOUT ROWID;

CREATE TABLE scan (
    seq              INTEGER PRIMARY KEY,
    scan_id          BLOB    NOT NULL UNIQUE CHECK (length(scan_id) = 16),
    -- Start, else end, else reception; the smallest integer when there is none of them.
    time_us          INTEGER NOT NULL,
    start_us         INTEGER,
    end_us           INTEGER,
    -- Offset of the place from UTC in seconds, of the time that time_us holds.
    offset_s         INTEGER,
    archived_us      INTEGER NOT NULL,
    head             INTEGER NOT NULL,
    inventory_sha512 TEXT    NOT NULL,
    uff_path         TEXT    NOT NULL,
    uff_size         INTEGER NOT NULL,
    original_size    INTEGER NOT NULL,
    record           TEXT    NOT NULL
);

CREATE INDEX scan_time ON scan (time_us, scan_id);

-- Terms a scan is found by; scheme and form are numbers of `query.rs` and `catalog/term.rs`.
CREATE TABLE term (
    scheme  INTEGER NOT NULL,
    form    INTEGER NOT NULL,
    key     TEXT    NOT NULL,
    time_us INTEGER NOT NULL,
    scan_id BLOB    NOT NULL REFERENCES scan (scan_id),
    PRIMARY KEY (scheme, form, key, time_us, scan_id)
) WITHOUT ROWID;

CREATE INDEX term_scan ON term (scan_id, scheme, form, key);

CREATE TABLE chunk_map (
    scan_id BLOB NOT NULL PRIMARY KEY REFERENCES scan (scan_id),
    map     TEXT NOT NULL
) WITHOUT ROWID;
