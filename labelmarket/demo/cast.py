"""The six providers of the play: different hours, prices, speed and true accuracy."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

CLOSED_DAYS: Final = 20
"""How long the provider that is on holiday stays away; the market looks two weeks ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """One simulated provider. Only the play knows its true accuracy, in [0, 1].

    Prices are in euros, as decimal strings; `shifts` are (weekday, start, end) in local time.
    """

    name: str
    region: str
    contact: str
    time_zone: str
    shifts: tuple[tuple[int, str, str], ...]
    clearances: tuple[str, ...]
    units_per_hour: str
    setup: str
    per_item: str
    items_per_month: int
    accuracy: float
    on_holiday: bool = False

    def holidays(self, today: date) -> list[str]:
        """List the days off; they begin yesterday, since its today may have begun earlier."""
        days = range(-1, CLOSED_DAYS) if self.on_holiday else ()
        return [(today + timedelta(days=day)).isoformat() for day in days]


def _on(days: range, start: str, end: str) -> tuple[tuple[int, str, str], ...]:
    return tuple((day, start, end) for day in days)


ROUND_THE_CLOCK: Final = _on(range(7), "00:00", "00:00")
OFFICE: Final = _on(range(5), "08:30", "17:30")
TWO_SHIFTS: Final = _on(range(6), "06:00", "14:00") + _on(range(6), "14:00", "22:00")

CAST: Final = (
    Player(
        name="Harbour Annotation",
        region="PH",
        contact="desk@harbour.example",
        time_zone="Asia/Manila",
        shifts=ROUND_THE_CLOCK,
        clearances=("ISO27001",),
        units_per_hour="420",
        setup="15.00",
        per_item="0.09",
        items_per_month=2_000_000,
        accuracy=0.90,
    ),
    Player(
        name="Savanna Data Works",
        region="KE",
        contact="hello@savanna.example",
        time_zone="Africa/Nairobi",
        shifts=TWO_SHIFTS,
        clearances=(),
        units_per_hour="300",
        setup="0.00",
        per_item="0.07",
        items_per_month=1_000_000,
        accuracy=0.84,
    ),
    Player(
        name="Nordlicht Labels",
        region="DE",
        contact="team@nordlicht.example",
        time_zone="Europe/Berlin",
        shifts=OFFICE,
        clearances=("ISO27001", "TISAX"),
        units_per_hour="140",
        setup="40.00",
        per_item="0.24",
        items_per_month=500_000,
        accuracy=0.97,
    ),
    Player(
        name="Andes Vision",
        region="CO",
        contact="trabajo@andes.example",
        time_zone="America/Bogota",
        shifts=ROUND_THE_CLOCK,
        clearances=("SOC2",),
        units_per_hour="260",
        setup="10.00",
        per_item="0.12",
        items_per_month=1_000_000,
        accuracy=0.93,
    ),
    Player(
        name="Prairie Boxes",
        region="US",
        contact="ops@prairie.example",
        time_zone="America/Chicago",
        shifts=_on(range(7), "20:00", "06:00"),
        clearances=("SOC2", "HIPAA"),
        units_per_hour="180",
        setup="25.00",
        per_item="0.19",
        items_per_month=800_000,
        accuracy=0.88,
    ),
    Player(
        name="Kamo River Studio",
        region="JP",
        contact="studio@kamo.example",
        time_zone="Asia/Tokyo",
        shifts=OFFICE,
        clearances=("ISO27001",),
        units_per_hour="160",
        setup="30.00",
        per_item="0.21",
        items_per_month=400_000,
        accuracy=0.95,
        on_holiday=True,
    ),
)
