-- Who fetched which file, by which token and for which work: a row for each, never a fact.

CREATE TABLE market.fetches (
    token_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    digest text NOT NULL,
    batch_id uuid,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    times bigint NOT NULL DEFAULT 1,
    UNIQUE NULLS NOT DISTINCT (token_id, digest, batch_id)
);
