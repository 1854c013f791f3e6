"""Drawing in shares of a box, so that a figure is drawn alike at every size."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL.ImageDraw import ImageDraw

Colour = tuple[int, int, int]
Points = Sequence[tuple[float, float]]

DARK: Final[Colour] = (38, 40, 48)
GREY: Final[Colour] = (120, 124, 132)
GLASS: Final[Colour] = (176, 208, 226)
SKIN: Final[Colour] = (222, 178, 146)
WOOD: Final[Colour] = (142, 98, 62)

COLOURS: Final[Sequence[Colour]] = (
    *((196, 62, 58), (58, 98, 168), (236, 236, 232), (52, 56, 66), (92, 142, 92)),
    *((214, 160, 64), (126, 88, 152), (98, 166, 176), (172, 120, 84)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pen:
    """Draws in shares of a box: (0, 0) is its top left corner, (1, 1) its bottom right."""

    draw: ImageDraw
    x: float
    y: float
    w: float
    h: float

    def at(self, points: Points) -> list[tuple[float, float]]:
        return [(self.x + u * self.w, self.y + v * self.h) for u, v in points]

    def patch(self, points: Points, colour: Colour) -> None:
        self.draw.polygon(self.at(points), fill=colour)

    def bar(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        self.draw.rectangle(self.at([(left, top), (right, bottom)]), fill=colour)

    def oval(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        self.draw.ellipse(self.at([(left, top), (right, bottom)]), fill=colour)

    def ring(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        self.draw.ellipse(
            self.at([(left, top), (right, bottom)]), outline=colour, width=self._thick(0.05)
        )

    def line(self, points: Points, colour: Colour, *, thick: float = 0.05) -> None:
        """Draw a line that is `thick` shares of the smaller side wide."""
        self.draw.line(self.at(points), fill=colour, width=self._thick(thick), joint="curve")

    def within(self, left: float, top: float, right: float, bottom: float) -> "Pen":
        """Give a pen for a part of the box."""
        return Pen(
            draw=self.draw,
            x=self.x + left * self.w,
            y=self.y + top * self.h,
            w=(right - left) * self.w,
            h=(bottom - top) * self.h,
        )

    def _thick(self, share: float) -> int:
        return max(1, round(share * min(self.w, self.h)))
