"""Connections act as the application, where the database has such a role and lets them."""

AS_APPLICATION = """
SELECT set_config('role', 'labelmarket_app', false)
WHERE has_schema_privilege(to_regrole('labelmarket_app'), to_regnamespace('market'), 'USAGE')
AND pg_has_role(to_regrole('labelmarket_app'), CASE
    WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END)
"""
"""Where a role is missing, or not granted yet, nothing happens: the login acts for itself."""
