"""PostgreSQL and Valkey out of their wheels, run as children of ours."""
