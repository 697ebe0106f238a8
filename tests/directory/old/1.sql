-- A directory as the version with schema 1 left it. Never changed.
CREATE TABLE schema_version (version BIGINT NOT NULL);
INSERT INTO schema_version (version) VALUES (1);
CREATE TABLE sequence (
    name TEXT PRIMARY KEY,
    last BIGINT NOT NULL
);
INSERT INTO sequence (name, last) VALUES ('account', 0), ('conference', 0), ('visit', 0), ('mail', 0);

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE account (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    login TEXT NOT NULL UNIQUE,
    password TEXT,
    role TEXT NOT NULL,
    enabled BIGINT NOT NULL,
    active BIGINT NOT NULL,
    cap BIGINT,
    rate BIGINT NOT NULL,
    email TEXT NOT NULL
);

CREATE TABLE conference (
    id BIGINT PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    version BIGINT NOT NULL,
    created BIGINT NOT NULL,
    owner BIGINT NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL,
    enabled BIGINT NOT NULL,
    tag TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    email TEXT NOT NULL,
    guests TEXT NOT NULL,
    access_number TEXT,
    start TEXT,
    zone TEXT,
    duration BIGINT,
    repeats TEXT,
    expires BIGINT,
    session_time BIGINT,
    max_participants BIGINT,
    pin TEXT,
    pbx_user TEXT UNIQUE,
    name_file TEXT,
    music_file TEXT
);
CREATE INDEX conference_owner ON conference (owner);

CREATE TABLE conference_setting (
    conference BIGINT NOT NULL REFERENCES conference (id) ON DELETE CASCADE,
    place BIGINT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (conference, place)
);

CREATE TABLE number (
    number TEXT PRIMARY KEY,
    conference BIGINT UNIQUE REFERENCES conference (id) ON DELETE CASCADE
);

CREATE TABLE code (
    code TEXT PRIMARY KEY,
    conference BIGINT NOT NULL REFERENCES conference (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    UNIQUE (conference, role)
);

CREATE TABLE deleted_conference (
    id BIGINT PRIMARY KEY,
    owner BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    content TEXT NOT NULL
);

CREATE TABLE visit (
    id BIGINT PRIMARY KEY,
    node TEXT NOT NULL,
    conference BIGINT,
    account BIGINT,
    number TEXT NOT NULL,
    tag TEXT NOT NULL,
    caller_number TEXT NOT NULL,
    caller_name TEXT NOT NULL,
    channel TEXT NOT NULL,
    role TEXT NOT NULL,
    came BIGINT NOT NULL,
    went BIGINT,
    result TEXT,
    rate BIGINT NOT NULL,
    cost BIGINT
);
CREATE INDEX visit_came ON visit (came);
CREATE INDEX visit_account ON visit (account, came);
CREATE INDEX visit_conference ON visit (conference, came);
CREATE INDEX visit_open ON visit (account, node) WHERE went IS NULL;

CREATE TABLE node (
    name TEXT PRIMARY KEY,
    seen BIGINT NOT NULL
);

CREATE TABLE mail (
    id BIGINT PRIMARY KEY,
    conference BIGINT,
    recipient TEXT NOT NULL,
    content TEXT NOT NULL,
    created BIGINT NOT NULL,
    due BIGINT NOT NULL,
    lease BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    sent BIGINT,
    failed BIGINT,
    error TEXT
);
CREATE INDEX mail_due ON mail (due) WHERE sent IS NULL AND failed IS NULL;

CREATE TABLE token (
    hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    account BIGINT REFERENCES account (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created BIGINT NOT NULL,
    used BIGINT NOT NULL,
    expires BIGINT
);
CREATE INDEX token_account ON token (account);

UPDATE sequence SET last = 2 WHERE name IN ('account', 'conference');
UPDATE sequence SET last = 3 WHERE name = 'visit';
UPDATE sequence SET last = 1 WHERE name = 'mail';
INSERT INTO setting (name, value) VALUES ('code_length', '8'), ('currency', 'EUR');
INSERT INTO account (id, version, login, password, role, enabled, active, cap, rate, email) VALUES
    (1, 1, 'root', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA', 'provider', 1, 1, NULL, 0, 'root@example.org'),
    (2, 4, 'ada', NULL, 'owner', 1, 1, 20, 6, 'ada@example.org');
INSERT INTO conference (id, uid, version, created, owner, kind, enabled, tag, name, description, email, guests, access_number, start,
    zone, duration, repeats, expires, session_time, max_participants, pin, pbx_user, name_file, music_file) VALUES
    (1, '0123456789abcdef0123456789abcdef', 3, 1795262400000, 2, 'scheduled', 1, 'board', 'Board', 'Numbers', 'ada@example.org',
     'bob@example.org,eve@example.org', '800', '2026-11-24T09:00:00', 'Europe/Berlin', 5400, 'FREQ=WEEKLY;BYDAY=TU', 1830294000000, 3600, 12,
     '0815', NULL, NULL, NULL),
    (2, 'fedcba9876543210fedcba9876543210', 1, 1795262400000, 2, 'meeting', 1, 'Ada', 'Ada', '', '', '', NULL, NULL,
     NULL, NULL, NULL, NULL, NULL, NULL, NULL, '201', NULL, NULL);
INSERT INTO conference_setting (conference, place, name, value) VALUES (1, 0, 'arrivals', 'names');
INSERT INTO number (number, conference) VALUES ('800', NULL), ('8000', 1);
INSERT INTO code (code, conference, role) VALUES
    ('73016428', 1, 'leader'), ('48291357', 1, 'participant'), ('90124567', 2, 'leader'), ('33445566', 2, 'participant');
INSERT INTO visit (id, node, conference, account, number, tag, caller_number, caller_name, channel, role, came, went, result, rate,
    cost) VALUES
    (1, 'pbx1', 1, 2, '8000', 'board', '201', 'Ada', 'PJSIP/201-1', 'leader', 1795262400000, 1795266000000, 'DTMF', 6, 360),
    (2, 'pbx1', 1, 2, '8000', 'board', '202', 'Bob', 'PJSIP/202-1', '', 1795262460000, 1795262460000, 'BADPIN', 6, 0),
    (3, 'pbx1', 1, 2, '8000', 'board', '203', 'Eve', 'PJSIP/203-1', 'participant', 1795262520000, NULL, NULL, 6, NULL);
INSERT INTO node (name, seen) VALUES ('pbx1', 1795262700000);
INSERT INTO mail (id, conference, recipient, content, created, due, lease, attempts) VALUES
    (1, 1, 'ada@example.org', '{}', 1795262400000, 1795262400000, 0, 0);
INSERT INTO token (hash, kind, account, name, scopes, created, used, expires) VALUES
    ('aa', 'api', 2, 'laptop', 'read', 1795262400000, 1795262400000, NULL);
