"""Commands about providers: apply, vet, publish, suspend, remove, reinstate."""

from dataclasses import dataclass
from uuid import UUID

from labelmarket.application.work import Answer, Work
from labelmarket.domain.access_token import Role
from labelmarket.domain.calendar import check_availability
from labelmarket.domain.errors import Conflict, Forbidden, InvalidInput
from labelmarket.domain.provider import Provider
from labelmarket.domain.taxonomy import TAXONOMY_ID, TaskType, Taxonomy
from labelmarket.domain.values import Availability, Capability, Clearance, Rate, Workforce


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyAsProvider:
    name: str
    workforce: Workforce
    region: str
    contact: str

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be(Role.PROVIDER)
        if work.by.viewer is None:
            raise Forbidden("a provider applies for itself")
        provider_id = work.by.viewer.organisation_id
        if work.find(Provider, provider_id) is not None:
            raise Conflict("your organisation has applied already")
        work.add(
            Provider.apply_for_listing(
                provider_id=provider_id,
                name=self.name.strip(),
                workforce=self.workforce,
                region=self.region,
                contact=self.contact,
                at=work.at,
            )
        )
        return Answer(thing=provider_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishCapabilities:
    capabilities: tuple[Capability, ...]
    clearances: tuple[Clearance, ...]

    def decide(self, work: Work, /) -> Answer:
        provider = _own(work)
        for number, capability in enumerate(self.capabilities):
            task_type_of(work, capability.task_type, path=("capabilities", str(number)))
        provider.publish_capabilities(
            capabilities=self.capabilities, clearances=self.clearances, at=work.at
        )
        return Answer(thing=provider.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRateCard:
    rates: tuple[Rate, ...]

    def decide(self, work: Work, /) -> Answer:
        provider = _own(work)
        for number, rate in enumerate(self.rates):
            task_type_of(work, rate.task_type, path=("rates", str(number)))
        provider.publish_rates(self.rates, at=work.at)
        return Answer(thing=provider.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAvailability:
    availability: Availability

    def decide(self, work: Work, /) -> Answer:
        provider = _own(work)
        check_availability(self.availability)
        provider.set_availability(self.availability, at=work.at)
        return Answer(thing=provider.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class VetProvider:
    provider_id: UUID
    note: str

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be(Role.OPERATOR)
        work.get(Provider, self.provider_id).vet(note=self.note, at=work.at)
        return Answer(thing=self.provider_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendProvider:
    provider_id: UUID
    reason: str

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be(Role.OPERATOR)
        work.get(Provider, self.provider_id).suspend(reason=self.reason, at=work.at)
        return Answer(thing=self.provider_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveProvider:
    provider_id: UUID
    reason: str

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be(Role.OPERATOR)
        work.get(Provider, self.provider_id).remove(reason=self.reason, at=work.at)
        return Answer(thing=self.provider_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReinstateProvider:
    provider_id: UUID
    note: str

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be(Role.OPERATOR)
        work.get(Provider, self.provider_id).reinstate(note=self.note, at=work.at)
        return Answer(thing=self.provider_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTaskType:
    """Widen the taxonomy."""

    task_type: TaskType

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be(Role.OPERATOR)
        taxonomy = work.find(Taxonomy, TAXONOMY_ID) or work.add(Taxonomy.open(at=work.at))
        taxonomy.add(self.task_type, at=work.at)
        return Answer(notes={"code": self.task_type.code})


def task_type_of(work: Work, code: str, *, path: tuple[str, ...]) -> TaskType:
    """The task type with this code, built in or added by an operator."""
    taxonomy = work.find(Taxonomy, TAXONOMY_ID) or Taxonomy.open(at=work.at)
    known = taxonomy.known(code)
    if known is None:
        raise InvalidInput(f"there is no task type {code!r}", path=(*path, "taskType"))
    return known


def _own(work: Work) -> Provider:
    work.by.must_be(Role.PROVIDER)
    if work.by.viewer is None:
        raise Forbidden("a provider speaks for itself")
    provider = work.find(Provider, work.by.viewer.organisation_id)
    if provider is None:
        raise Conflict("your organisation has not applied as a provider yet")
    return provider
