"""The database's schema, in numbered steps."""
