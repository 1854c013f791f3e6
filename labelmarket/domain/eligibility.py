"""Who may be offered an order, and for everybody else every reason why not."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from labelmarket.domain.calendar import opens
from labelmarket.domain.values import (
    Availability,
    Capability,
    Clearance,
    Rate,
    Requirement,
    Workforce,
)

OPENS_WITHIN_DAYS: Final = 14


class ExclusionCode(StrEnum):
    NOT_LISTED = "NOT_LISTED"
    NO_TASK_TYPE = "NO_TASK_TYPE"
    NO_LANGUAGE_PAIR = "NO_LANGUAGE_PAIR"
    NO_TOOL = "NO_TOOL"
    NO_GEOMETRY = "NO_GEOMETRY"
    CAPABILITY_EXPIRED = "CAPABILITY_EXPIRED"
    NO_CLEARANCE = "NO_CLEARANCE"
    CLEARANCE_EXPIRED = "CLEARANCE_EXPIRED"
    REGION = "REGION"
    NO_RATE = "NO_RATE"
    CAPACITY = "CAPACITY"
    NOT_ACCEPTING = "NOT_ACCEPTING"
    CLOSED = "CLOSED"
    OTHER_SLOT = "OTHER_SLOT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """One reason why a provider cannot take an order, as a sentence for people."""

    code: ExclusionCode
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What eligibility looks at in a provider. `standing` is said when it is not listed."""

    provider_id: UUID
    name: str = "The provider"
    listed: bool
    standing: str
    workforce: Workforce
    region: str
    capabilities: tuple[Capability, ...]
    clearances: tuple[Clearance, ...]
    rates: tuple[Rate, ...]
    availability: Availability | None
    items_committed_this_month: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A provider that only a few reasons keep from an order."""

    candidate: Candidate
    exclusions: tuple[Exclusion, ...]


def exclusions(
    requirement: Requirement, candidate: Candidate, *, items: int, at: datetime
) -> tuple[Exclusion, ...]:
    """Give every reason why the candidate cannot take the order; none means it can.

    One capability must meet all that the task asks. When none does, the reasons are
    those of the capability that lacks least.
    """
    return (
        *_by_standing(candidate),
        *_by_capability(requirement, candidate, at=at),
        *_by_clearance(requirement, candidate, at=at),
        *_by_region(requirement, candidate),
        *_by_rate(requirement, candidate),
        *_by_availability(candidate, items=items, at=at),
    )


def nearest(
    requirement: Requirement, candidates: Iterable[Candidate], *, items: int, at: datetime
) -> tuple[NearMiss, ...]:
    """Give the listed candidates that are excluded for the fewest reasons, in their order."""
    misses = [
        NearMiss(candidate=candidate, exclusions=reasons)
        for candidate in candidates
        if candidate.listed and (reasons := exclusions(requirement, candidate, items=items, at=at))
    ]
    fewest = min((len(miss.exclusions) for miss in misses), default=0)
    return tuple(miss for miss in misses if len(miss.exclusions) == fewest)


def _by_standing(candidate: Candidate) -> Iterator[Exclusion]:
    if not candidate.listed:
        yield Exclusion(
            code=ExclusionCode.NOT_LISTED,
            message=f"{candidate.name} is not listed: its standing is {candidate.standing}.",
        )


def _by_capability(
    requirement: Requirement, candidate: Candidate, *, at: datetime
) -> tuple[Exclusion, ...]:
    of_task = [c for c in candidate.capabilities if c.task_type == requirement.task_type]
    if not of_task:
        message = f"{candidate.name} does not do {_words(requirement.task_type)}."
        return (Exclusion(code=ExclusionCode.NO_TASK_TYPE, message=message),)
    pairs = _listed(dict.fromkeys(_pair(c.source_language, c.target_language) for c in of_task))
    return min(
        (
            tuple(_lacks(requirement, capability, name=candidate.name, pairs=pairs, at=at))
            for capability in of_task
        ),
        key=len,
    )


def _lacks(
    requirement: Requirement, capability: Capability, *, name: str, pairs: str, at: datetime
) -> Iterator[Exclusion]:
    task = _words(requirement.task_type)
    if not _speaks(requirement, capability):
        asked = _pair(requirement.source_language, requirement.target_language)
        yield Exclusion(
            code=ExclusionCode.NO_LANGUAGE_PAIR,
            message=f"{name} does {task} for {pairs}, not for {asked}.",
        )
    tools = _missing(requirement.tools, capability.tools)
    if tools:
        yield Exclusion(
            code=ExclusionCode.NO_TOOL,
            message=f"{name} does not do {task} with {_listed(tools)}.",
        )
    geometry = requirement.geometry
    if geometry not in {None, "none"} and geometry not in capability.geometries:
        drawn = _listed(capability.geometries) or "no geometry"
        yield Exclusion(
            code=ExclusionCode.NO_GEOMETRY,
            message=f"{name} names {drawn} for {task}, not {geometry}.",
        )
    outside = _outside(capability.valid_from, capability.valid_until, at=at)
    if outside:
        yield Exclusion(
            code=ExclusionCode.CAPABILITY_EXPIRED,
            message=f"{name}'s capability for {task} {outside}.",
        )


def _by_clearance(
    requirement: Requirement, candidate: Candidate, *, at: datetime
) -> Iterator[Exclusion]:
    for wanted in requirement.clearances:
        held = [c for c in candidate.clearances if c.name.casefold() == wanted.casefold()]
        outside = [_outside(c.valid_from, c.valid_until, at=at) for c in held]
        if not held:
            yield Exclusion(
                code=ExclusionCode.NO_CLEARANCE,
                message=f"{candidate.name} does not hold {wanted}.",
            )
        elif all(outside):
            yield Exclusion(
                code=ExclusionCode.CLEARANCE_EXPIRED,
                message=f"{candidate.name}'s clearance {wanted} {outside[-1]}.",
            )


def _by_region(requirement: Requirement, candidate: Candidate) -> Iterator[Exclusion]:
    allowed = requirement.regions
    if allowed and candidate.region.casefold() not in {region.casefold() for region in allowed}:
        yield Exclusion(
            code=ExclusionCode.REGION,
            message=f"{candidate.name} works from {candidate.region or 'an unnamed region'}; "
            f"the work must stay in {_listed(allowed)}.",
        )


def _by_rate(requirement: Requirement, candidate: Candidate) -> Iterator[Exclusion]:
    if all(rate.task_type != requirement.task_type for rate in candidate.rates):
        yield Exclusion(
            code=ExclusionCode.NO_RATE,
            message=f"{candidate.name} has published no rate for {_words(requirement.task_type)}.",
        )


def _by_availability(candidate: Candidate, *, items: int, at: datetime) -> Iterator[Exclusion]:
    availability = candidate.availability
    if availability is None:
        yield Exclusion(
            code=ExclusionCode.CLOSED,
            message=f"{candidate.name} has published no working hours.",
        )
        return
    if not availability.accepting:
        yield Exclusion(
            code=ExclusionCode.NOT_ACCEPTING,
            message=f"{candidate.name} takes no new work at present.",
        )
    left = max(0, availability.items_per_month - candidate.items_committed_this_month)
    if items > left:
        yield Exclusion(
            code=ExclusionCode.CAPACITY,
            message=f"{candidate.name} has room for {left:,} more items this month, "
            f"not for {items:,}.",
        )
    if not opens(availability, after=at, until=at + timedelta(days=OPENS_WITHIN_DAYS)):
        yield Exclusion(
            code=ExclusionCode.CLOSED,
            message=f"{candidate.name} is closed for the next {OPENS_WITHIN_DAYS} days.",
        )


def _speaks(requirement: Requirement, capability: Capability) -> bool:
    wanted = requirement.source_language, requirement.target_language
    spoken = capability.source_language, capability.target_language
    return all(
        asked is None or (given is not None and given.casefold() == asked.casefold())
        for asked, given in zip(wanted, spoken, strict=True)
    )


def _outside(valid_from: datetime | None, valid_until: datetime | None, *, at: datetime) -> str:
    """Say how `at` lies outside [valid_from, valid_until); nothing when it does not."""
    if valid_from is not None and at < valid_from:
        return f"is valid only from {valid_from:%Y-%m-%d %H:%M %Z}"
    if valid_until is not None and at >= valid_until:
        return f"was valid until {valid_until:%Y-%m-%d %H:%M %Z}"
    return ""


def _missing(wanted: Sequence[str], held: Sequence[str]) -> list[str]:
    known = {name.casefold() for name in held}
    return [name for name in wanted if name.casefold() not in known]


def _pair(source: str | None, target: str | None) -> str:
    if source is None and target is None:
        return "no named language"
    return f"{source or 'any'} → {target}" if target is not None else f"{source}"


def _words(code: str) -> str:
    return code.replace("_", " ")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
