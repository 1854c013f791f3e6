"""The lane that holds PostgreSQL against memory works on the database as it is made today."""

from proofs.cascade import prove

SEED = 20_261_124


def test_a_few_plays_and_a_race_of_the_cascade_hold() -> None:
    held, summary = prove(share=0.002, seed=SEED)

    assert held, summary
    assert "each step held against memory" in summary
    assert "BROKEN" not in summary
