"""What a provider may say of itself: who it is, what it can do, and for how much."""

from labelmarket.domain.bounds import (
    AMOUNT_MAX,
    CONTACT_CHARACTERS_MAX,
    REGION_CHARACTERS_MAX,
    check_currency,
    check_language,
    check_length,
    check_name,
    check_names,
)
from labelmarket.domain.errors import InvalidInput
from labelmarket.domain.taxonomy import Geometry
from labelmarket.domain.values import Capability, Clearance, Rate

CAPABILITIES_MAX = 200
RATES_MAX = 200
CLEARANCES_MAX = 50
UNITS_PER_HOUR_MAX = 10_000_000


def check_application(*, name: str, region: str, contact: str) -> None:
    check_name(name, path=("name",))
    check_name(region, path=("region",), most=REGION_CHARACTERS_MAX, least=0)
    check_name(contact, path=("contact",), most=CONTACT_CHARACTERS_MAX, least=0)


def check_capabilities(
    capabilities: tuple[Capability, ...], clearances: tuple[Clearance, ...]
) -> None:
    check_length(capabilities, path=("capabilities",), most=CAPABILITIES_MAX)
    check_length(clearances, path=("clearances",), most=CLEARANCES_MAX)
    for number, capability in enumerate(capabilities):
        _check_capability(capability, path=("capabilities", str(number)))
    for number, clearance in enumerate(clearances):
        check_name(clearance.name, path=("clearances", str(number), "name"))


def check_rates(rates: tuple[Rate, ...]) -> None:
    check_length(rates, path=("rates",), most=RATES_MAX)
    for number, rate in enumerate(rates):
        check_currency(rate.currency, path=("rates", str(number), "currency"))
        if not all(a.is_finite() and 0 <= a <= AMOUNT_MAX for a in (rate.setup, rate.per_item)):
            raise InvalidInput(
                f"a price lies between 0 and {AMOUNT_MAX}", path=("rates", str(number))
            )
    if len({rate.task_type for rate in rates}) != len(rates):
        raise InvalidInput("one rate for each task type", path=("rates", "taskType"))


def check_geometry(name: str, *, path: tuple[str, ...]) -> None:
    if name not in set(Geometry):
        raise InvalidInput(f"there is no geometry {name[:80]!r}", path=path)


def _check_capability(capability: Capability, *, path: tuple[str, ...]) -> None:
    pace = capability.units_per_hour
    if not (pace.is_finite() and 0 < pace <= UNITS_PER_HOUR_MAX):
        raise InvalidInput(
            f"a pace is above zero, and {UNITS_PER_HOUR_MAX} at the most",
            path=(*path, "unitsPerHour"),
        )
    check_length(capability.geometries, path=(*path, "geometries"), most=len(Geometry))
    for geometry in capability.geometries:
        check_geometry(geometry, path=(*path, "geometries"))
    check_names(capability.tools, path=(*path, "tools"))
    check_language(capability.source_language, path=(*path, "sourceLanguage"))
    check_language(capability.target_language, path=(*path, "targetLanguage"))
