"""What clients said, and what they were told: the oracle of the run, outside of the market."""

from dataclasses import dataclass

from labelmarket.application.access import Actor
from labelmarket.application.market import Outcome
from labelmarket.application.work import Command


class Broken(AssertionError):
    """A promise of the market was broken."""


@dataclass(slots=True, kw_only=True)
class Said:
    """`outcome` is what was acknowledged; None while the outcome is unknown."""

    command: Command
    by: Actor
    key: str
    outcome: Outcome | None = None


class Journal:
    def __init__(self) -> None:
        self.said: list[Said] = []

    def begin(self, command: Command, *, by: Actor) -> Said:
        said = Said(command=command, by=by, key=f"said {len(self.said)}")
        self.said.append(said)
        return said

    def acknowledge(self, said: Said, outcome: Outcome) -> None:
        """Raises `Broken` when the same key was answered differently before."""
        if said.outcome is None:
            said.outcome = outcome
        elif said.outcome != outcome:
            raise Broken(f"{said.key} was answered {said.outcome}, and later {outcome}")
