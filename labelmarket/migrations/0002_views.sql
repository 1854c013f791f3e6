-- What can be read: one table a view, all of one shape, filled by the feed alone.

CREATE SCHEMA views;

CREATE TABLE views.progress (
    view text PRIMARY KEY,
    version integer NOT NULL,
    position bigint NOT NULL DEFAULT 0,
    quarantined_at bigint,
    error text
);

CREATE FUNCTION views.make_table(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TABLE views.%1$I ('
        'id uuid PRIMARY KEY, born bigint NOT NULL, state text NOT NULL, '
        'project_id uuid, parent_id uuid, organisation_id uuid, provider_id uuid, '
        'shared boolean NOT NULL, body text NOT NULL)', name);
    EXECUTE format('CREATE INDEX ON views.%1$I (born)', name);
    EXECUTE format('CREATE INDEX ON views.%1$I (project_id, born)', name);
    EXECUTE format('CREATE INDEX ON views.%1$I (parent_id, born)', name);
    EXECUTE format('CREATE INDEX ON views.%1$I (organisation_id, born)', name);
    EXECUTE format('CREATE INDEX ON views.%1$I (provider_id, born)', name);
END $$;

SELECT views.make_table('batch_sheet');
SELECT views.make_table('offer_board');
SELECT views.make_table('order_sheet');
SELECT views.make_table('project_page');
SELECT views.make_table('provider_record');
