"""What every mutation answers: the thing as it stands now, or why it was refused."""

from typing import Self
from uuid import UUID

import strawberry

from labelmarket.application.work import Refused
from labelmarket.domain.errors import Refusal
from labelmarket.graphql.context import Context
from labelmarket.graphql.errors import INVALID_INPUT
from labelmarket.graphql.scalars import Position


@strawberry.interface(description="Why a mutation did not happen.")
class UserError:
    code: str = strawberry.field(description="Stable; see the table of codes in the docs.")
    message: str = strawberry.field(description="For people.")
    path: list[str] = strawberry.field(description="The input field that is meant, if one is.")


@strawberry.type(description="A value that cannot be taken; code INVALID_INPUT.")
class InputError(UserError):
    pass


@strawberry.type(description="It is not possible now, or not for you; every other code.")
class StateError(UserError):
    pass


@strawberry.type
class Payload:
    errors: list[UserError] = strawberry.field(default_factory=list)
    position: Position | None = strawberry.field(
        default=None, description="Ask with `waitFor` this to read what was done."
    )

    async def show(self, context: Context, thing: UUID) -> None:
        """Read the thing that was changed."""

    @classmethod
    def refused(cls, *, code: str, message: str, path: tuple[str, ...] = ()) -> Self:
        return cls(errors=[user_error(code=code, message=message, path=path)])


def user_error(*, code: str, message: str, path: tuple[str, ...] = ()) -> UserError:
    kind = InputError if code == INVALID_INPUT else StateError
    return kind(code=code, message=message, path=list(path))


def from_refused(refused: Refused | Refusal) -> UserError:
    return user_error(code=refused.code, message=refused.message, path=tuple(refused.path))
