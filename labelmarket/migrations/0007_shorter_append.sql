-- The append at its shortest: plans that are kept and look everything up, and no work for what
-- was not asked.

-- One round trip: keys, facts, chain, timers, jobs, all under one lock or not at all.
-- Each statement after the lock sees what was committed before it (READ COMMITTED).
-- Of each command, `firsts` and `lasts` tell which of the facts are its own; a last one
-- before its first one stands for none. Plans are kept from the first call on: made again for
-- each, as the length of an array would suggest, they cost a sixth of the append. The tables may
-- be empty when they are made, and a join may then begin with them: through all of their index,
-- which costs nothing, until they have grown. So there are no joins with them: what is looked up
-- is named by an array, or after an OFFSET, behind which the order of a join is fixed.
CREATE OR REPLACE FUNCTION market.append(
    keys text[], fingerprints bytea[], answers bytea[], firsts integer[], lasts integer[],
    ids uuid[], versions bigint[], topics text[], states bytea[],
    projects uuid[], providers uuid[], organisations uuid[],
    read_ids uuid[], read_versions bigint[], extra jsonb
) RETURNS TABLE (outcome text, known_fingerprint bytea, known_answer bytea, positions bigint[])
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    known market.commands;
    new record;
    head bytea;
    last_at timestamptz;
    now_at timestamptz;
    got bigint[] := '{}';
    chains bytea[] := '{}';
    pos bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7, 'market.facts'::regclass::oid::int);
    SELECT c.* INTO known FROM market.commands c WHERE c.key = ANY (keys) LIMIT 1;
    IF FOUND THEN
        outcome := 'repeated';
        known_fingerprint := known.fingerprint;
        known_answer := known.answer;
        positions := known.positions;
        RETURN NEXT;
        RETURN;
    END IF;
    IF EXISTS (
        SELECT FROM unnest(read_ids, read_versions) AS r (id, version), LATERAL (
            SELECT FROM market.facts f
            WHERE f.originator_id = r.id AND f.originator_version = r.version + 1 OFFSET 0
        ) AS later
    ) THEN
        outcome := 'conflict';
        RETURN NEXT;
        RETURN;
    END IF;
    SELECT f.chain, f.recorded_at INTO head, last_at
        FROM market.facts f ORDER BY f.notification_id DESC LIMIT 1;
    now_at := greatest(clock_timestamp(), last_at);
    -- Not by number: to find an element of an array of texts is to pass by all before it.
    FOR new IN
        SELECT u.id, u.version, u.topic, u.state, u.project, u.provider, u.organisation
        FROM unnest(ids, versions, topics, states, projects, providers, organisations)
            AS u (id, version, topic, state, project, provider, organisation)
    LOOP
        pos := nextval('market.facts_notification_id_seq');
        head := sha256(
            coalesce(head, '')
            || int8send(pos) || uuid_send(new.id) || int8send(new.version)
            || int8send((extract(epoch FROM now_at) * 1000000)::bigint)
            || coalesce('\x01' || uuid_send(new.project), '\x00')
            || coalesce('\x01' || uuid_send(new.provider), '\x00')
            || coalesce('\x01' || uuid_send(new.organisation), '\x00')
            || int4send(octet_length(new.topic)) || convert_to(new.topic, 'UTF8')
            || int4send(octet_length(new.state)) || new.state
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
    INSERT INTO market.commands (key, fingerprint, answer, positions, recorded_at)
        SELECT c.key, c.fingerprint, c.answer, got[c.first:c.last], now_at
        FROM unnest(keys, fingerprints, answers, firsts, lasts)
            AS c (key, fingerprint, answer, first, last);
    IF extra IS NOT NULL THEN
        IF extra ? 'done_timers' THEN
            DELETE FROM market.timers t
                WHERE t.id = ANY (ARRAY(SELECT jsonb_array_elements_text(extra -> 'done_timers')));
        END IF;
        IF extra ? 'done_jobs' THEN
            UPDATE market.jobs j SET state = 'done', leased_until = NULL, error = NULL
                WHERE j.id = ANY (ARRAY(SELECT jsonb_array_elements_text(extra -> 'done_jobs')));
        END IF;
        IF extra ? 'timers' THEN
            INSERT INTO market.timers (id, due_at, command, args)
                SELECT t.id, t.due_at, t.command, t.args
                FROM jsonb_populate_recordset(NULL::market.timers, extra -> 'timers') t
                ON CONFLICT (id) DO NOTHING;
            PERFORM pg_notify('timers', '');
        END IF;
        IF extra ? 'jobs' THEN
            INSERT INTO market.jobs (id, kind, queue, args)
                SELECT j.id, j.kind, j.queue, j.args
                FROM jsonb_populate_recordset(NULL::market.jobs, extra -> 'jobs') j
                ON CONFLICT (id) DO NOTHING;
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
