-- Calls that were let in and whose visit is not written yet: what counts against an account's cap besides open visits.
CREATE TABLE seat (
    node TEXT NOT NULL,
    call BIGINT NOT NULL,
    account BIGINT NOT NULL,
    PRIMARY KEY (node, call)
);
