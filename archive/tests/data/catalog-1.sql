-- One scan as version 0.1.0 wrote it into the first schema of the catalogue.

INSERT INTO archive (id) VALUES ('ARCHIVE');
PRAGMA application_id = 1430668899;
PRAGMA user_version = 1;
INSERT INTO scan (scan_id, time_us, start_us, end_us, offset_s, archived_us, head, inventory_sha512, uff_path, uff_size,
                  original_size, record)
VALUES (x'd362b988a32082658e900d06e0c4ec54', 1789372800000000, 1789372800000000, NULL, 7200, 1795000000000000, 1,
        'cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e',
        'v1/content/0123456789abcdef/scan.uff', 1234567, 0,
        '{"format":1,"scanId":"d362b988-a320-8265-8e90-0d06e0c4ec54","start":"2026-09-14T10:00:00+02:00","site":{"locode":"PLGDN"},"scanner":{"manufacturer":"Kestrane"},"object":"container","containers":[{"written":"QZKU 448211-5","canonical":"QZKU4482115"}],"uff":{"name":"scan.uff","size":1234567,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}');
INSERT INTO term (scheme, form, key, time_us, scan_id)
VALUES (1, 0, 'QZKU4482115', 1789372800000000, x'd362b988a32082658e900d06e0c4ec54');
INSERT INTO chunk_map (scan_id, map) VALUES (x'd362b988a32082658e900d06e0c4ec54', '[]');
