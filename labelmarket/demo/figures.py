"""How each kind of figure is drawn into its box, touching all four sides of it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from labelmarket.demo.pen import COLOURS, DARK, GLASS, GREY, SKIN, WOOD, Colour, Pen, Points

OUTLINES: Final[Mapping[str, Points]] = MappingProxyType(
    {
        "car": (
            *((0, 0.60), (0.05, 0.44), (0.22, 0.38), (0.34, 0), (0.70, 0), (0.84, 0.38)),
            *((1, 0.48), (1, 0.84), (0.88, 1), (0.70, 1), (0.66, 0.84)),
            *((0.34, 0.84), (0.30, 1), (0.12, 1), (0, 0.84)),
        ),
        "bus": (
            *((0, 0.08), (0.03, 0), (0.97, 0), (1, 0.08), (1, 0.90), (0.86, 0.90)),
            *((0.84, 1), (0.72, 1), (0.70, 0.90), (0.30, 0.90), (0.28, 1), (0.16, 1)),
            *((0.14, 0.90), (0, 0.90)),
        ),
    }
)
"""Outlines in shares of the box, for the kinds that are labeled by polygon."""


def car(pen: Pen, colour: Colour) -> None:
    pen.patch(OUTLINES["car"], colour)
    pen.patch([(0.27, 0.38), (0.37, 0.08), (0.51, 0.08), (0.51, 0.38)], GLASS)
    pen.patch([(0.54, 0.38), (0.54, 0.08), (0.67, 0.08), (0.78, 0.38)], GLASS)
    pen.oval(0.10, 0.68, 0.32, 1, DARK)
    pen.oval(0.68, 0.68, 0.90, 1, DARK)
    pen.oval(0.16, 0.77, 0.26, 0.91, GREY)
    pen.oval(0.74, 0.77, 0.84, 0.91, GREY)
    pen.bar(0.95, 0.52, 1, 0.62, (250, 236, 170))


def bus(pen: Pen, colour: Colour) -> None:
    pen.patch(OUTLINES["bus"], colour)
    for left in (0.05, 0.21, 0.37, 0.53, 0.69):
        pen.bar(left, 0.14, left + 0.13, 0.46, GLASS)
    pen.bar(0.86, 0.14, 0.97, 0.84, GLASS)
    pen.bar(0, 0.60, 0.84, 0.64, (244, 244, 240))
    pen.oval(0.14, 0.78, 0.30, 1, DARK)
    pen.oval(0.70, 0.78, 0.86, 1, DARK)


def person(pen: Pen, colour: Colour) -> None:
    pen.line([(0.40, 0.55), (0.30, 0.97)], DARK, thick=0.24)
    pen.line([(0.60, 0.55), (0.70, 0.97)], DARK, thick=0.24)
    pen.bar(0.18, 0.95, 0.46, 1, DARK)
    pen.bar(0.54, 0.95, 0.82, 1, DARK)
    pen.patch(
        [(0, 0.50), (0.18, 0.20), (0.82, 0.20), (1, 0.50), (0.84, 0.54), (0.74, 0.36)], colour
    )
    pen.patch([(0.26, 0.36), (0.16, 0.54), (0, 0.50), (0.18, 0.20), (0.6, 0.20)], colour)
    pen.bar(0.24, 0.20, 0.76, 0.58, colour)
    pen.oval(0.30, 0, 0.70, 0.19, SKIN)


def rider(pen: Pen, colour: Colour) -> None:
    pen.line([(0.16, 0.58), (0.58, 0.70), (0.46, 0.96)], DARK, thick=0.18)
    pen.bar(0.40, 0.95, 0.64, 1, DARK)
    pen.patch([(0, 0.60), (0.06, 0.50), (0.50, 0.20), (0.74, 0.26), (0.32, 0.62)], colour)
    pen.line([(0.62, 0.26), (0.98, 0.52)], colour, thick=0.14)
    pen.bar(0.90, 0.48, 1, 0.55, SKIN)
    pen.oval(0.48, 0.02, 0.84, 0.25, SKIN)
    pen.patch([(0.44, 0.12), (0.52, 0), (0.80, 0), (0.88, 0.12)], colour)


def bicycle(pen: Pen, colour: Colour) -> None:
    pen.ring(0, 0.40, 0.38, 1, DARK)
    pen.ring(0.62, 0.40, 1, 1, DARK)
    frame = [(0.19, 0.70), (0.34, 0.28), (0.66, 0.26), (0.47, 0.72), (0.34, 0.28)]
    pen.line(frame, colour, thick=0.06)
    pen.line([(0.19, 0.70), (0.47, 0.72)], colour, thick=0.06)
    pen.line([(0.81, 0.70), (0.66, 0.26), (0.63, 0.06)], colour, thick=0.06)
    pen.bar(0.26, 0.20, 0.42, 0.27, DARK)
    pen.bar(0.58, 0, 0.74, 0.07, DARK)


def scooter(pen: Pen, colour: Colour) -> None:
    pen.oval(0, 0.80, 0.22, 1, DARK)
    pen.oval(0.78, 0.80, 1, 1, DARK)
    pen.bar(0.10, 0.82, 0.86, 0.90, colour)
    pen.line([(0.88, 0.86), (0.76, 0.04)], colour, thick=0.08)
    pen.bar(0.58, 0, 0.92, 0.07, DARK)


def dog(pen: Pen, colour: Colour) -> None:
    for left in (0.14, 0.28, 0.60, 0.72):
        pen.bar(left, 0.60, left + 0.08, 1, colour)
    pen.oval(0.08, 0.34, 0.84, 0.74, colour)
    pen.oval(0.66, 0.06, 0.94, 0.48, colour)
    pen.bar(0.84, 0.24, 1, 0.38, colour)
    pen.patch([(0.68, 0.16), (0.72, 0), (0.82, 0.10)], DARK)
    pen.patch([(0, 0.14), (0.06, 0.12), (0.18, 0.46), (0.10, 0.52)], colour)


def bench(pen: Pen, colour: Colour) -> None:
    for top in (0, 0.18, 0.36):
        pen.bar(0, top, 1, top + 0.12, colour)
    pen.bar(0, 0.54, 1, 0.66, WOOD)
    pen.bar(0.08, 0.10, 0.13, 1, DARK)
    pen.bar(0.87, 0.10, 0.92, 1, DARK)


def traffic_light(pen: Pen, colour: Colour) -> None:
    pen.bar(0, 0, 1, 1, DARK)
    for place, lamp in enumerate(((226, 62, 54), (240, 188, 60), (74, 190, 96))):
        lit = sum(colour) % 3 == place
        shade = lamp if lit else (lamp[0] // 3, lamp[1] // 3, lamp[2] // 3)
        pen.oval(0.20, 0.06 + 0.31 * place, 0.80, 0.32 + 0.31 * place, shade)


def crowd(pen: Pen, colour: Colour) -> None:
    """Draw a group of people that nobody would outline one by one."""
    for row, top in enumerate((0.0, 0.10)):
        for place in range(9):
            left = 0.1 * place + 0.05 * row
            shade = COLOURS[(colour[0] + 3 * place + row) % len(COLOURS)]
            right = 1.0 if row and place == 8 else left + 0.14
            person(pen.within(left, top, right, 0.90 + 0.10 * row), shade)


FIGURES: Final[Mapping[str, Callable[[Pen, Colour], None]]] = MappingProxyType(
    {
        "car": car,
        "person": person,
        "bicycle": bicycle,
        "rider": rider,
        "traffic light": traffic_light,
        "bus": bus,
        "dog": dog,
        "bench": bench,
        "scooter": scooter,
        "crowd": crowd,
    }
)
