"""The broker that carries ids of jobs."""
