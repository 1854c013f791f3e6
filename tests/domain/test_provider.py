"""Providers are vetted before they are listed, and only those whose labelers are staff."""

from decimal import Decimal
from uuid import UUID

import pytest

from labelmarket.domain.bounds import AMOUNT_MAX
from labelmarket.domain.errors import Conflict, InvalidInput, NotEligible
from labelmarket.domain.provider import Provider, Standing
from labelmarket.domain.values import Capability, Rate, Workforce
from tests.domain.domain_samples import ADA, NOON, RATE, facts_of

BOXES = Capability(task_type="object_detection", units_per_hour=Decimal(100))


def applicant(*, workforce: Workforce = Workforce.STAFF, able: bool = True) -> Provider:
    provider = Provider.apply_for_listing(
        provider_id=ADA, name="Ada", workforce=workforce, region="DE", contact="desk", at=NOON
    )
    if able:
        provider.publish_capabilities(capabilities=(BOXES,), clearances=(), at=NOON)
    facts_of(provider)
    return provider


def listed() -> Provider:
    provider = applicant()
    provider.vet(note="seen", at=NOON)
    facts_of(provider)
    return provider


def test_vetting_lists_a_provider_once() -> None:
    provider = applicant()
    provider.vet(note="seen", at=NOON)
    provider.vet(note="seen again", at=NOON)
    assert facts_of(provider) == ["ProviderVetted"]
    assert provider.standing is Standing.LISTED


@pytest.mark.parametrize("workforce", [Workforce.CROWD, Workforce.MIXED])
def test_a_crowd_is_never_listed(workforce: Workforce) -> None:
    provider = applicant(workforce=workforce)
    with pytest.raises(NotEligible):
        provider.vet(note="seen", at=NOON)
    provider.remove(reason="a crowd", at=NOON)
    with pytest.raises(NotEligible):
        provider.reinstate(note="please", at=NOON)
    assert provider.standing is Standing.REMOVED


def test_a_provider_that_names_no_capability_is_not_listed() -> None:
    with pytest.raises(NotEligible):
        applicant(able=False).vet(note="seen", at=NOON)


def test_a_suspended_provider_comes_back_by_reinstatement() -> None:
    provider = listed()
    provider.suspend(reason="checked", at=NOON)
    with pytest.raises(Conflict):
        provider.vet(note="seen", at=NOON)
    provider.reinstate(note="fine", at=NOON)
    assert provider.standing is Standing.LISTED


@pytest.mark.parametrize("change", ["suspend", "remove"])
def test_the_same_judgement_again_records_nothing(change: str) -> None:
    provider = listed()
    getattr(provider, change)(reason="checked", at=NOON)
    facts_of(provider)
    getattr(provider, change)(reason="checked", at=NOON)
    assert facts_of(provider) == []


def test_only_a_listed_provider_is_suspended() -> None:
    with pytest.raises(Conflict):
        applicant().suspend(reason="checked", at=NOON)


def test_an_applicant_is_vetted_and_not_reinstated() -> None:
    with pytest.raises(Conflict):
        applicant().reinstate(note="please", at=NOON)


def test_a_removed_provider_publishes_nothing() -> None:
    provider = listed()
    provider.remove(reason="fraud", at=NOON)
    with pytest.raises(Conflict):
        provider.publish_rates((RATE,), at=NOON)
    with pytest.raises(Conflict):
        provider.publish_capabilities(capabilities=(BOXES,), clearances=(), at=NOON)


@pytest.mark.parametrize("amount", ["-0.01", "NaN", "Infinity", str(AMOUNT_MAX + 1)])
def test_a_price_is_a_number_that_can_be_paid(amount: str) -> None:
    rate = Rate(
        task_type="object_detection", currency="USD", setup=Decimal(0), per_item=Decimal(amount)
    )
    with pytest.raises(InvalidInput):
        listed().publish_rates((rate,), at=NOON)


@pytest.mark.parametrize("pace", ["0", "-1", "NaN", "1e30"])
def test_a_pace_is_above_zero_and_within_reason(pace: str) -> None:
    capability = Capability(task_type="object_detection", units_per_hour=Decimal(pace))
    with pytest.raises(InvalidInput):
        listed().publish_capabilities(capabilities=(capability,), clearances=(), at=NOON)


def test_there_is_one_rate_for_each_task_type() -> None:
    with pytest.raises(InvalidInput):
        listed().publish_rates((RATE, RATE), at=NOON)


def test_what_was_published_already_records_nothing() -> None:
    provider = listed()
    provider.publish_rates((RATE,), at=NOON)
    facts_of(provider)
    provider.publish_rates((RATE,), at=NOON)
    provider.publish_capabilities(capabilities=(BOXES,), clearances=(), at=NOON)
    assert facts_of(provider) == []


def test_a_provider_sees_its_own_facts_and_no_project_does() -> None:
    assert listed().audience() == (None, UUID(int=ADA.int))
