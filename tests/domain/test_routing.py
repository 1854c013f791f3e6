"""A class goes to the machine only when the customer decided so and the metric allows it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.domain.errors import Conflict, InvalidInput
from labelmarket.domain.routing import ClassRoute, Route, check_override, route_classes
from labelmarket.domain.values import ClassMetric, LabelClass

BICYCLE = LabelClass(name="bicycle")
BACKGROUND = LabelClass(name="_background_")
PERSON = LabelClass(name="person")
CRASH = LabelClass(name="crash", critical=True)
KALEIDOSCOPE = LabelClass(name="kaleidoscope")


def metrics(**values: float | None) -> dict[str, ClassMetric]:
    return {
        name: ClassMetric(class_name=name, value=value, gold_examples=40)
        for name, value in values.items()
    }


def routed(
    label_class: LabelClass,
    value: float | None,
    *,
    threshold: float | None = 0.5,
    override: Route | None = None,
) -> ClassRoute:
    overrides = {} if override is None else {label_class.name: override}
    known = metrics(**{label_class.name: value})
    routes = route_classes([label_class], known, threshold=threshold, overrides=overrides)
    return routes[label_class.name]


@pytest.mark.parametrize(
    ("value", "route"), [(0.45, Route.HUMAN), (0.5, Route.MACHINE), (0.499_999, Route.HUMAN)]
)
def test_only_a_metric_strictly_below_the_threshold_goes_to_people(
    value: float, route: Route
) -> None:
    assert routed(BACKGROUND, value).route is route


def test_a_choice_beats_the_threshold_and_is_named_as_yours() -> None:
    route = routed(PERSON, 0.45, override=Route.MACHINE)
    assert route == ClassRoute(
        route=Route.MACHINE, reason="you chose", overridden=True, metric=0.45
    )


@pytest.mark.parametrize("override", [None, *Route])
def test_a_critical_class_always_goes_to_people(override: Route | None) -> None:
    route = routed(CRASH, 0.99, override=override)
    assert route.route is Route.HUMAN
    assert not route.overridden
    assert "critical" in route.reason


@pytest.mark.parametrize("value", [None, float("nan"), 1.5])
def test_a_class_without_a_usable_metric_goes_to_people(value: float | None) -> None:
    route = routed(KALEIDOSCOPE, value, override=Route.MACHINE)
    assert (route.route, route.metric, route.overridden) == (Route.HUMAN, None, False)


def test_a_class_that_no_oracle_was_asked_about_goes_to_people() -> None:
    routes = route_classes([KALEIDOSCOPE], {}, threshold=0.0, overrides={})
    assert routes["kaleidoscope"].route is Route.HUMAN


def test_before_a_threshold_everything_goes_to_people_and_says_why() -> None:
    route = routed(BICYCLE, 0.99, threshold=None)
    assert route.route is Route.HUMAN
    assert "no threshold" in route.reason


@pytest.mark.parametrize("threshold", [-0.01, 1.01, float("nan"), float("inf")])
def test_a_threshold_outside_zero_to_one_is_refused(threshold: float) -> None:
    with pytest.raises(InvalidInput):
        route_classes([BICYCLE], {}, threshold=threshold, overrides={})


def test_nobody_sends_a_critical_or_unknown_class_to_the_machine() -> None:
    known = ClassMetric(class_name="crash", value=0.9, gold_examples=9)
    unknown = ClassMetric(class_name="kaleidoscope", value=None, gold_examples=0)
    for label_class, metric in ((CRASH, known), (KALEIDOSCOPE, unknown), (KALEIDOSCOPE, None)):
        with pytest.raises(Conflict):
            check_override(label_class, metric, route=Route.MACHINE)


def test_people_may_always_be_chosen_and_the_machine_where_it_knows_the_class() -> None:
    known = ClassMetric(class_name="person", value=0.1, gold_examples=9)
    check_override(CRASH, None, route=Route.HUMAN)
    check_override(PERSON, known, route=Route.MACHINE)


NAMES = st.sampled_from(["_background_", "bicycle", "car", "dog", "person"])
CLASSES = st.lists(
    st.builds(LabelClass, name=NAMES, critical=st.booleans()), unique_by=lambda c: c.name
)
VALUES = st.dictionaries(NAMES, st.none() | st.floats(0, 1))
THRESHOLDS = st.none() | st.floats(0, 1)
OVERRIDES = st.dictionaries(NAMES, st.sampled_from(list(Route)))


@settings(deadline=None)
@given(classes=CLASSES, values=VALUES, threshold=THRESHOLDS, overrides=OVERRIDES)
def test_every_class_has_exactly_one_route_by_the_stated_order(
    classes: list[LabelClass],
    values: dict[str, float | None],
    threshold: float | None,
    overrides: dict[str, Route],
) -> None:
    routes = route_classes(classes, metrics(**values), threshold=threshold, overrides=overrides)
    assert list(routes) == [label_class.name for label_class in classes]
    for label_class in classes:
        value = values.get(label_class.name)
        bound = label_class.critical or value is None
        by_metric = threshold is not None and value is not None and value >= threshold
        expected = Route.MACHINE if by_metric else Route.HUMAN
        if not bound:
            expected = overrides.get(label_class.name, expected)
        assert routes[label_class.name].route is (Route.HUMAN if bound else expected)


@settings(deadline=None)
@given(classes=CLASSES, values=VALUES, first=THRESHOLDS, second=THRESHOLDS, overrides=OVERRIDES)
def test_a_choice_survives_every_new_threshold(
    classes: list[LabelClass],
    values: dict[str, float | None],
    first: float | None,
    second: float | None,
    overrides: dict[str, Route],
) -> None:
    known = metrics(**values)
    before = route_classes(classes, known, threshold=first, overrides=overrides)
    after = route_classes(classes, known, threshold=second, overrides=overrides)
    assert {n: r for n, r in before.items() if r.overridden} == {
        n: r for n, r in after.items() if r.overridden
    }
