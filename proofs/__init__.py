"""Proofs: what needs large counts, or real processes to kill, and is too long for a test."""
