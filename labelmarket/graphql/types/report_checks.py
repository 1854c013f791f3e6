"""Labels on items with gold, by who made them."""

from typing import Self

import strawberry

from labelmarket.application.checks import MakerChecks
from labelmarket.application.delivered import Maker


@strawberry.type(description="Labels of one class on items with gold.")
class CheckedClass:
    name: str
    right: int
    checked: int


@strawberry.type(
    description="Labels of one kind of maker on items with gold. A box is right when it has found "
    "a gold box of its class (an IoU of 0.5 or more) that no other one has; a word on a whole item "
    "when gold says it, too."
)
class CheckedLabels:
    maker: Maker
    right: int
    checked: int
    classes: list[CheckedClass] = strawberry.field(description="Those of which any was checked.")

    @classmethod
    def of(cls, checks: MakerChecks) -> Self:
        return cls(
            maker=checks.maker,
            right=checks.right,
            checked=checks.checked,
            classes=[
                CheckedClass(name=one.class_name, right=one.right, checked=one.checked)
                for one in checks.classes
            ],
        )
