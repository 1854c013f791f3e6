-- Facts that a reaction failed on. With enough attempts the reaction goes on without the fact,
-- and the row waits for somebody who looks at it.
CREATE TABLE market.set_aside (
    reaction text NOT NULL,
    position bigint NOT NULL,
    attempts integer NOT NULL,
    error text NOT NULL,
    failed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (reaction, position)
);
