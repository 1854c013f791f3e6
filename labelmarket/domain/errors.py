"""Refusals that the market can give, each with a stable code.

Refusal
├── InvalidInput, FileTooLarge, NotFound, Forbidden, Conflict
├── OfferClosed, DeadlinePassed
├── NotEligible, NoProviders, OrderNotOpen, NothingToDo
└── DeliveryRejected
"""

from typing import ClassVar


class Refusal(Exception):
    """A command that is well formed but not allowed now."""

    code: ClassVar[str]

    def __init__(self, message: str, *, path: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path


class InvalidInput(Refusal):
    """A value that the command cannot take; `path` names it."""

    code = "INVALID_INPUT"


class FileTooLarge(Refusal):
    """A file that holds more than is taken; the message names the bound."""

    code = "TOO_LARGE"


class NotFound(Refusal):
    """There is no such thing, or it may not be seen."""

    code = "NOT_FOUND"


class Forbidden(Refusal):
    """The actor's role does not allow this."""

    code = "FORBIDDEN"


class Conflict(Refusal):
    """The thing is in a state in which this cannot happen."""

    code = "CONFLICT"


class OfferClosed(Refusal):
    """The offer has already ended."""

    code = "OFFER_CLOSED"


class DeadlinePassed(Refusal):
    """The answer came at or after the offer's deadline."""

    code = "OFFER_EXPIRED"


class NotEligible(Refusal):
    """The provider may not do this work; the message says why."""

    code = "NOT_ELIGIBLE"


class NoProviders(Refusal):
    """Nobody is ranked for an order that needs people."""

    code = "NO_PROVIDERS"


class OrderNotOpen(Refusal):
    """The work order is not in a round."""

    code = "ORDER_NOT_OPEN"


class NothingToDo(Refusal):
    """Nothing is there yet that could be labeled, or that could be exported."""

    code = "NOTHING_TO_DO"


class DeliveryRejected(Refusal):
    """Labels were sent for work that does not take any now."""

    code = "DELIVERY_REJECTED"
