-- Who may do what. The application adds facts through the append and in no other way, and owns
-- nothing in `market`; it owns the tables of the views, which it makes anew. Auditors read.
--
-- Roles belong to the whole server: they may be there already, or not be ours to make. So this is
-- called at the end of every run of the migrations, for what came later, too. It does all or
-- nothing, and gives NULL, or what stood in its way.
CREATE FUNCTION market.grant_roles() RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    command text;
BEGIN
    PERFORM market.make_role('labelmarket_app'), market.make_role('labelmarket_audit');
    PERFORM market.join_application();
    IF NOT has_database_privilege('labelmarket_app', current_database(), 'CREATE') THEN
        EXECUTE format('GRANT CREATE ON DATABASE %I TO labelmarket_app', current_database());
    END IF;
    -- Whoever may not grant that is only warned.
    IF NOT has_database_privilege('labelmarket_app', current_database(), 'CREATE') THEN
        RAISE insufficient_privilege
            USING MESSAGE = format('permission denied for database %s', current_database());
    END IF;
    GRANT USAGE ON SCHEMA market TO labelmarket_app, labelmarket_audit;
    GRANT SELECT ON ALL TABLES IN SCHEMA market TO labelmarket_app, labelmarket_audit;
    GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA market TO labelmarket_app;
    REVOKE INSERT, UPDATE, DELETE ON market.facts, market.identity FROM labelmarket_app;
    REVOKE INSERT, UPDATE ON market.commands FROM labelmarket_app; -- an answer stands, or is forgotten
    GRANT USAGE, CREATE ON SCHEMA views TO labelmarket_app;
    GRANT USAGE ON SCHEMA views TO labelmarket_audit;
    FOR command IN SELECT market.owned_by_application() LOOP
        EXECUTE command;
    END LOOP;
    GRANT SELECT ON ALL TABLES IN SCHEMA views TO labelmarket_audit;
    -- The append acts for its owner: nobody leaves out the lock or the chain, and nobody's
    -- objects are taken for those that it means.
    FOR command IN SELECT p.oid::regprocedure::text FROM pg_proc p
        WHERE p.pronamespace = 'market'::regnamespace AND p.proname = 'append'
    LOOP
        EXECUTE 'ALTER FUNCTION ' || command
            || ' SECURITY DEFINER SET search_path = pg_catalog, pg_temp';
        EXECUTE 'REVOKE EXECUTE ON FUNCTION ' || command || ' FROM PUBLIC';
        EXECUTE 'GRANT EXECUTE ON FUNCTION ' || command || ' TO labelmarket_app';
    END LOOP;
    RETURN NULL;
EXCEPTION WHEN insufficient_privilege THEN
    RETURN SQLERRM;
END $$;

-- Another database of the same server may be at it in the same moment.
CREATE FUNCTION market.make_role(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF to_regrole(name) IS NULL THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN', name);
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END $$;

-- Whoever migrates hands tables over, and so must be able to become their new owner.
CREATE FUNCTION market.join_application() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT pg_has_role('labelmarket_app', CASE
        WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER'
    END) THEN
        EXECUTE format('GRANT labelmarket_app TO %I', current_user);
    END IF;
EXCEPTION WHEN unique_violation THEN
    NULL;
END $$;

-- The statements that hand over the views' tables, and the side schemas of rebuilds and replays
-- that were made before there were roles.
CREATE FUNCTION market.owned_by_application() RETURNS SETOF text LANGUAGE sql STABLE AS $$
    WITH sides AS (
        SELECT oid, nspowner FROM pg_namespace WHERE nspname IN ('views_next', 'views_gone')
        OR obj_description(oid, 'pg_namespace') = 'made by labelmarket audit replay'
    ), found (place, owner, command) AS (
        SELECT 1, nspowner, format('SCHEMA %s', oid::regnamespace) FROM sides
        UNION ALL
        SELECT 2, relowner, format('TABLE %s', oid::regclass) FROM pg_class
        WHERE relkind = 'r' AND (relnamespace = 'views'::regnamespace
            OR relnamespace IN (SELECT oid FROM sides))
    )
    SELECT format('ALTER %s OWNER TO labelmarket_app', command) FROM found
    WHERE owner <> to_regrole('labelmarket_app') ORDER BY place
$$;

REVOKE EXECUTE ON FUNCTION market.grant_roles(), market.make_role(text),
    market.join_application(), market.owned_by_application() FROM PUBLIC;
