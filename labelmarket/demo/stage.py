"""What the play tells while it runs, and how a step of it fails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from labelmarket.demo.refusals import ApiError, Json
from labelmarket.demo.waits import TookTooLong


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Somebody does something."""

    who: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSeen:
    """The market recorded a fact of the project."""

    type: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One provider as the customer sees it; `remark` says why it cannot take the work."""

    name: str
    accuracy: float | None
    hours: float | None
    price: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvidersShown:
    """The recommendation, in the order in which the market gave it."""

    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferShown:
    """One offer of the cascade; the outcome is empty while it is open."""

    provider: str
    outcome: str
    sent_at: str
    answer_by: str
    ended_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeShown:
    offers: tuple[OfferShown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharesShown:
    """Who labeled what of a project, as the summary has it."""

    title: str
    shares: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportShown:
    """The reports of the delivered and of the true labels, as the summary has them."""

    delivered: Json
    gold: Json


Message = Step | FactSeen | ProvidersShown | CascadeShown | SharesShown | ReportShown
Say = Callable[[Message], None]
"""Takes what happens; called from several threads."""


class PlayFailed(Exception):
    """The play cannot go on; names the step and the market's code."""

    def __init__(self, *, step: str, code: str, message: str) -> None:
        super().__init__(f"{step}: {code}: {message}")
        self.step = step
        self.code = code


@contextmanager
def step(who: str, text: str, *, say: Say) -> Iterator[None]:
    """Tell of a step, and name it should it fail."""
    say(Step(who=who, text=text))
    with naming(who, text):
        yield


@contextmanager
def naming(who: str, text: str) -> Iterator[None]:
    """Turn the market's refusal into a failure of this step."""
    try:
        yield
    except ApiError as error:
        raise PlayFailed(step=f"{who} {text}", code=error.code, message=error.message) from error
    except TookTooLong as error:
        raise PlayFailed(step=f"{who} {text}", code="TOO_LATE", message=str(error)) from error
