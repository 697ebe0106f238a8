-- Numbers that are given out once: the last one of each kind.
CREATE TABLE sequence (
    name TEXT PRIMARY KEY,
    last BIGINT NOT NULL
);
INSERT INTO sequence (name, last) VALUES ('account', 0), ('conference', 0), ('visit', 0), ('mail', 0);

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Who owns conferences. Rates are in the smallest unit of the currency for each minute.
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

-- start is the time on the clocks of zone; duration and session_time are seconds.
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

-- A room's settings as in conclave.conf, in their order.
CREATE TABLE conference_setting (
    conference BIGINT NOT NULL REFERENCES conference (id) ON DELETE CASCADE,
    place BIGINT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (conference, place)
);

-- Everything that callers dial: extensions of conferences, and access numbers, which have none.
CREATE TABLE number (
    number TEXT PRIMARY KEY,
    conference BIGINT UNIQUE REFERENCES conference (id) ON DELETE CASCADE
);

-- Everything that callers key at an access number.
CREATE TABLE code (
    code TEXT PRIMARY KEY,
    conference BIGINT NOT NULL REFERENCES conference (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    UNIQUE (conference, role)
);

-- What was deleted, for as long as it can be had back.
CREATE TABLE deleted_conference (
    id BIGINT PRIMARY KEY,
    owner BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    content TEXT NOT NULL
);

-- Who came when. went is null while he is there; what it knows stays when conference and account are gone.
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

-- When each PBX was last seen alive.
CREATE TABLE node (
    name TEXT PRIMARY KEY,
    seen BIGINT NOT NULL
);

-- Mail that is to be sent. due is when to try next; lease is until when a PBX is trying.
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

-- Sessions, API tokens and one-time links: only hashes of them.
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
