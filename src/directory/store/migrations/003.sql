-- Sounds that people uploaded, by a hash of what is heard: G.722, in parts of base64. Complete is 0 while parts come.
CREATE TABLE sound (
    hash TEXT PRIMARY KEY,
    added BIGINT NOT NULL,
    complete BIGINT NOT NULL
);
CREATE TABLE sound_part (
    sound TEXT NOT NULL REFERENCES sound (hash) ON DELETE CASCADE,
    place BIGINT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (sound, place)
);
