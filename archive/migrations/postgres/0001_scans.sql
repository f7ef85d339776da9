-- Scans, their search terms and chunk maps. Times are microseconds since 1970 (UTC).

CREATE TABLE catalog (
    archive UUID   NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE scan (
    scan_id          UUID    NOT NULL PRIMARY KEY,
    -- Start, else end, else reception; the smallest integer when there is none of them.
    time_us          BIGINT  NOT NULL,
    start_us         BIGINT,
    end_us           BIGINT,
    -- Offset of the place from UTC in seconds, of the time that time_us holds.
    offset_s         BIGINT,
    archived_us      BIGINT  NOT NULL,
    head             BIGINT  NOT NULL,
    inventory_sha512 TEXT    NOT NULL,
    uff_path         TEXT    NOT NULL,
    uff_size         BIGINT  NOT NULL,
    original_size    BIGINT  NOT NULL,
    record           TEXT    NOT NULL,
    -- What became of the scan since it was archived: JSON of `facts.rs`, NULL when nothing did.
    facts            TEXT,
    -- A deleted scan keeps its row as its tombstone, which only the term of its state finds.
    deleted          BOOLEAN NOT NULL
);

CREATE INDEX scan_time ON scan (time_us, scan_id) WHERE NOT deleted;

-- Terms a scan is found by; scheme and form are numbers of `query.rs` and `catalog/term.rs`.
CREATE TABLE term (
    scheme  BIGINT NOT NULL,
    form    BIGINT NOT NULL,
    key     TEXT   COLLATE "C" NOT NULL,
    time_us BIGINT NOT NULL,
    scan_id UUID   NOT NULL REFERENCES scan (scan_id),
    PRIMARY KEY (scheme, form, key, time_us, scan_id)
);

CREATE INDEX term_scan ON term (scan_id, scheme, form, key);

CREATE TABLE chunk_map (
    scan_id UUID NOT NULL PRIMARY KEY REFERENCES scan (scan_id),
    map     TEXT NOT NULL
);
