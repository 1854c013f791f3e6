"""Oracles: what models predict, from files and from a learner in the process."""
