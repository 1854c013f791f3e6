"""Label files without a server: read, put on one table of items, reported on, compared."""
