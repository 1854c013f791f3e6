-- The log of facts and everything that is written in one transaction with it.

CREATE SCHEMA market;

CREATE TABLE market.identity (id uuid PRIMARY KEY DEFAULT gen_random_uuid());
INSERT INTO market.identity DEFAULT VALUES;

-- The first five columns are the event store library's; the others are ours.
CREATE TABLE market.facts (
    originator_id uuid NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    notification_id bigserial,
    project_id uuid,
    provider_id uuid,
    organisation_id uuid,
    recorded_at timestamptz NOT NULL,
    chain bytea NOT NULL,
    PRIMARY KEY (originator_id, originator_version)
);
CREATE UNIQUE INDEX facts_by_position ON market.facts (notification_id);
CREATE INDEX facts_of_project ON market.facts (project_id, notification_id)
    WHERE project_id IS NOT NULL;
CREATE INDEX facts_of_organisation ON market.facts (organisation_id, notification_id)
    WHERE organisation_id IS NOT NULL;
CREATE INDEX facts_of_provider ON market.facts (provider_id, notification_id)
    WHERE provider_id IS NOT NULL;

CREATE FUNCTION market.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'facts are never changed' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER facts_stay BEFORE UPDATE OR DELETE ON market.facts
    FOR EACH ROW EXECUTE FUNCTION market.refuse_change();
CREATE TRIGGER facts_are_kept BEFORE TRUNCATE ON market.facts
    FOR EACH STATEMENT EXECUTE FUNCTION market.refuse_change();

CREATE TABLE market.commands (
    key text PRIMARY KEY,
    fingerprint bytea NOT NULL,
    answer bytea NOT NULL,
    positions bigint[] NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX commands_by_age ON market.commands (recorded_at);

CREATE TABLE market.timers (
    id text PRIMARY KEY,
    due_at timestamptz NOT NULL,
    command text NOT NULL,
    args jsonb NOT NULL,
    leased_until timestamptz,
    attempts integer NOT NULL DEFAULT 0
);
CREATE INDEX timers_due ON market.timers (due_at);

CREATE TABLE market.jobs (
    id text PRIMARY KEY,
    kind text NOT NULL,
    queue text NOT NULL,
    args jsonb NOT NULL,
    state text NOT NULL DEFAULT 'ready'
        CHECK (state IN ('ready', 'leased', 'done', 'quarantined')),
    attempts integer NOT NULL DEFAULT 0,
    crashes integer NOT NULL DEFAULT 0,
    errors integer NOT NULL DEFAULT 0,
    told boolean NOT NULL DEFAULT false,
    not_before timestamptz NOT NULL DEFAULT clock_timestamp(),
    sent_at timestamptz,
    sends integer NOT NULL DEFAULT 0,
    leased_until timestamptz,
    leased_by text,
    error text
);
CREATE INDEX jobs_open ON market.jobs (not_before) WHERE state IN ('ready', 'leased');

CREATE TABLE market.reactions (
    name text PRIMARY KEY,
    position bigint NOT NULL DEFAULT 0,
    error text
);

-- One round trip: key, facts, chain, timers, jobs, all under one lock or not at all.
-- Each statement after the lock sees what was committed before it (READ COMMITTED).
CREATE FUNCTION market.append(
    new_key text, new_fingerprint bytea, new_answer bytea,
    ids uuid[], versions bigint[], topics text[], states bytea[],
    projects uuid[], providers uuid[], organisations uuid[],
    read_ids uuid[], read_versions bigint[], extra jsonb
) RETURNS TABLE (outcome text, known_fingerprint bytea, known_answer bytea, positions bigint[])
LANGUAGE plpgsql AS $$
DECLARE
    known market.commands;
    head bytea;
    last_at timestamptz;
    now_at timestamptz;
    got bigint[] := '{}';
    chains bytea[] := '{}';
    pos bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7, 'market.facts'::regclass::oid::int);
    SELECT * INTO known FROM market.commands c WHERE c.key = new_key;
    IF FOUND THEN
        outcome := 'repeated';
        known_fingerprint := known.fingerprint;
        known_answer := known.answer;
        positions := known.positions;
        RETURN NEXT;
        RETURN;
    END IF;
    IF EXISTS (
        SELECT FROM unnest(read_ids, read_versions) AS r (id, version)
        JOIN market.facts f ON f.originator_id = r.id AND f.originator_version = r.version + 1
    ) THEN
        outcome := 'conflict';
        RETURN NEXT;
        RETURN;
    END IF;
    SELECT f.chain, f.recorded_at INTO head, last_at
        FROM market.facts f ORDER BY f.notification_id DESC LIMIT 1;
    now_at := greatest(clock_timestamp(), last_at);
    FOR i IN 1 .. cardinality(ids) LOOP
        pos := nextval('market.facts_notification_id_seq');
        head := sha256(
            coalesce(head, '')
            || int8send(pos) || uuid_send(ids[i]) || int8send(versions[i])
            || int8send((extract(epoch FROM now_at) * 1000000)::bigint)
            || coalesce('\x01' || uuid_send(projects[i]), '\x00')
            || coalesce('\x01' || uuid_send(providers[i]), '\x00')
            || coalesce('\x01' || uuid_send(organisations[i]), '\x00')
            || int4send(octet_length(topics[i])) || convert_to(topics[i], 'UTF8')
            || int4send(octet_length(states[i])) || states[i]
        );
        got := got || pos;
        chains := chains || head;
    END LOOP;
    BEGIN
        INSERT INTO market.facts (
            originator_id, originator_version, topic, state,
            notification_id, project_id, provider_id, organisation_id, recorded_at, chain
        )
        SELECT u.id, u.version, u.topic, u.state, u.pos,
            u.project, u.provider, u.organisation, now_at, u.chain
        FROM unnest(
            ids, versions, topics, states, got, projects, providers, organisations, chains
        ) AS u (id, version, topic, state, pos, project, provider, organisation, chain);
    EXCEPTION WHEN unique_violation THEN
        outcome := 'conflict';
        RETURN NEXT;
        RETURN;
    END;
    INSERT INTO market.commands VALUES (new_key, new_fingerprint, new_answer, got, now_at);
    IF extra IS NOT NULL THEN
        DELETE FROM market.timers t
            WHERE t.id IN (SELECT jsonb_array_elements_text(extra -> 'done_timers'));
        UPDATE market.jobs j SET state = 'done', leased_until = NULL, error = NULL
            WHERE j.id IN (SELECT jsonb_array_elements_text(extra -> 'done_jobs'));
        INSERT INTO market.timers (id, due_at, command, args)
            SELECT t.id, t.due_at, t.command, t.args
            FROM jsonb_populate_recordset(NULL::market.timers, extra -> 'timers') t
            ON CONFLICT (id) DO NOTHING;
        INSERT INTO market.jobs (id, kind, queue, args)
            SELECT j.id, j.kind, j.queue, j.args
            FROM jsonb_populate_recordset(NULL::market.jobs, extra -> 'jobs') j
            ON CONFLICT (id) DO NOTHING;
        IF jsonb_array_length(extra -> 'timers') > 0 THEN
            PERFORM pg_notify('timers', '');
        END IF;
        IF jsonb_array_length(extra -> 'jobs') > 0 THEN
            PERFORM pg_notify('jobs', '');
        END IF;
    END IF;
    IF cardinality(got) > 0 THEN
        PERFORM pg_notify('facts', '');
    END IF;
    outcome := 'stored';
    positions := got;
    RETURN NEXT;
END $$;
