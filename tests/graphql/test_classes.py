"""A customer enters classes, sees which a machine can label, and takes what is suggested."""

from typing import Any

import pytest

from labelmarket.domain.access_token import Role
from labelmarket.domain.values import CLASSES_MAX
from tests.graphql.conftest import Client
from tests.graphql.memory_office import MemoryOffice
from tests.graphql.played_project import upload

MACHINE = (
    *("bicycle", "person", "_background_", "airplane", "car", "motorcycle", "bus"),
    *("fire hydrant", "truck", "traffic light", "train", "boat", "dog", "bird", "parking meter"),
    *("bench", "stop sign", "sheep", "cow", "hippo", "cat", "plant", "hamburger", "ham sandwich"),
)
HUMAN = ("kaleidoscope",)
SUGGEST = """query($id: ID, $names: [String!], $type: String) {
  suggestClasses(projectId: $id, names: $names, dataType: $type) {
    className suggestions { name kind reason source supported } } }"""
CLASSES = """query($id: ID!) { project(id: $id) { classes { name critical reserved machine oracle
  metric metricName metricLow metricHigh goldExamples route routeReason overridden } } }"""
TASK = {"taskType": "object_detection"}


def project(customer: Client, *names: str, **more: Any) -> str:
    fields = {"name": "Street", "dataType": "image", "tasks": [TASK], **more}
    made = customer.done("createProject", "project { id }", **fields)["project"]["id"]
    classes = [{"name": name} for name in names]
    customer.done("defineClasses", projectId=made, classes=classes)
    return str(made)


def oracle(customer: Client, project_id: str, values: dict[str, float]) -> None:
    metrics = [{"className": n, "value": v, "goldExamples": 40} for n, v in values.items()]
    fields = {"projectId": project_id, "name": "detector 1", "metric": "AP"}
    customer.done("registerOracle", **fields, classMetrics=metrics)


def classes_of(customer: Client, project_id: str) -> dict[str, dict[str, Any]]:
    found = customer.ask(CLASSES, id=project_id)["project"]["classes"]
    return {one["name"]: one for one in found}


def suggested(customer: Client, **asked: Any) -> dict[str, list[str]]:
    found = customer.ask(SUGGEST, **asked)["suggestClasses"]
    return {one["className"]: [each["name"] for each in one["suggestions"]] for one in found}


def codes(payload: dict[str, Any]) -> list[str]:
    return [error["code"] for error in payload["errors"]]


def test_of_twenty_five_classes_those_that_the_oracle_knows_can_go_to_the_machine(
    customer: Client,
) -> None:
    # Given the classes of a street project, and an oracle that knows all but one
    project_id = project(customer, *MACHINE, *HUMAN)
    oracle(customer, project_id, dict.fromkeys(MACHINE, 0.9))
    customer.done("applyRoutingThreshold", projectId=project_id, threshold=0.5)
    # When the customer looks at them
    found = classes_of(customer, project_id)
    # Then 24 can go to the machine and one cannot
    assert (len(found), sum(one["machine"] for one in found.values())) == (25, 24)
    assert [name for name, one in found.items() if not one["machine"]] == ["kaleidoscope"]
    assert [name for name, one in found.items() if one["reserved"]] == ["_background_"]
    assert found["kaleidoscope"]["route"] == "HUMAN"
    assert found["kaleidoscope"]["routeReason"] == "the oracle does not know this class"
    # And nothing is suggested for what the oracle knows
    assert suggested(customer, id=project_id) == {}


def test_a_class_answers_by_which_oracle_with_which_metric_on_how_many_examples(
    customer: Client,
) -> None:
    project_id = project(customer, "cat", "owl")
    metric = {"className": "cat", "value": 0.8, "goldExamples": 31, "low": 0.7, "high": 0.85}
    fields = {"projectId": project_id, "name": "detector 1", "metric": "AP"}
    customer.done("registerOracle", **fields, classMetrics=[metric])
    customer.done("applyRoutingThreshold", projectId=project_id, threshold=0.5)

    found = classes_of(customer, project_id)

    assert found["cat"] == {
        "name": "cat",
        "critical": False,
        "reserved": False,
        "machine": True,
        "oracle": "detector 1",
        "metric": 0.8,
        "metricName": "AP",
        "metricLow": 0.7,
        "metricHigh": 0.85,
        "goldExamples": 31,
        "route": "MACHINE",
        "routeReason": "its metric 0.8 is not below 0.5",
        "overridden": False,
    }
    assert {found["owl"][name] for name in ("oracle", "metric", "metricName", "metricLow")} == {
        None
    }
    assert (found["owl"]["machine"], found["owl"]["goldExamples"]) == (False, 0)


def test_what_is_not_below_the_threshold_stays_and_an_override_outlives_it(
    customer: Client,
) -> None:
    # Given five classes, of which one lies at the threshold itself
    values = {"bicycle": 0.45, "_background_": 0.5, "motorcycle": 0.45, "person": 0.45, "car": 0.45}
    project_id = project(customer, *values)
    oracle(customer, project_id, values)
    # When the threshold is applied, one class is overridden, and the same threshold applied again
    customer.done("applyRoutingThreshold", projectId=project_id, threshold=0.5)
    override = {"className": "person", "route": "MACHINE"}
    customer.done("overrideClassRoute", projectId=project_id, **override)
    before = classes_of(customer, project_id)
    customer.done("applyRoutingThreshold", projectId=project_id, threshold=0.5)
    after = classes_of(customer, project_id)
    # Then three go to people and two to the machine, each time
    assert {name: one["route"] for name, one in after.items()} == {
        "bicycle": "HUMAN",
        "_background_": "MACHINE",
        "motorcycle": "HUMAN",
        "person": "MACHINE",
        "car": "HUMAN",
    }
    assert after == before
    assert [name for name, one in after.items() if one["overridden"]] == ["person"]
    assert after["person"]["routeReason"] == "you chose"


def test_suggestions_for_a_project_are_accepted_or_ignored_for_good(customer: Client) -> None:
    # Given three classes for which there is something better
    project_id = project(customer, "plant", "ham sandwich", "autmobile", "kaleidoscope")
    assert {name: found[0] for name, found in suggested(customer, id=project_id).items()} == {
        "plant": "potted plant",
        "ham sandwich": "sandwich",
        "autmobile": "car",
    }
    # When one is taken and another one ignored
    named = {"projectId": project_id}
    customer.done("markClassCritical", **named, className="autmobile")
    taken = {"className": "autmobile", "suggestion": "car"}
    customer.done("acceptClassSuggestion", **named, **taken)
    ignored = {"className": "ham sandwich", "suggestion": "sandwich"}
    customer.done("ignoreClassSuggestion", **named, **ignored)
    # Then only the third is left, the renamed class keeps its flag, and the log tells all of it
    assert list(suggested(customer, id=project_id)) == ["plant"]
    found = classes_of(customer, project_id)
    assert list(found) == ["plant", "ham sandwich", "car", "kaleidoscope"]
    assert found["car"]["critical"]
    facts = customer.ask(
        "query($id: ID) { events(aggregateId: $id, first: 20) { nodes { type data } } }",
        id=project_id,
    )["events"]["nodes"]
    told = {one["type"]: one["data"] for one in facts}
    assert told["ClassSuggestionAccepted"]["suggestion"] == "car"
    assert told["ClassSuggestionIgnored"]["class_name"] == "ham sandwich"


def test_names_of_no_project_get_suggestions_with_their_kind_and_reason(customer: Client) -> None:
    asked = {"names": ["autmobile", "car"], "type": "image"}
    assert customer.ask(SUGGEST, **asked)["suggestClasses"] == []
    asked["names"] = ["autmobile", "_background_", "__background__"]
    (found,) = customer.ask(SUGGEST, **asked)["suggestClasses"]
    assert found == {
        "className": "autmobile",
        "suggestions": [
            {
                "name": "car",
                "kind": "MISSPELLING",
                "reason": "it looks like 'automobile', which COCO has as 'car'",
                "source": "COCO",
                "supported": False,
            }
        ],
    }


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"names": ["cat"]},
        {"type": "image"},
        {"id": "x", "names": ["cat"], "type": "image"},
        {"names": ["cat"], "type": "smell"},
        {"names": ["cat", "cat"], "type": "image"},
        {"names": [""], "type": "image"},
        {"names": ["x" * 201], "type": "image"},
        {"names": [str(n) for n in range(CLASSES_MAX + 1)], "type": "image"},
    ],
)
def test_a_question_that_makes_no_sense_is_told_so(customer: Client, asked: dict[str, Any]) -> None:
    assert customer.code(SUGGEST, **asked) == "INVALID_INPUT"


def test_the_classes_of_another_are_not_there(market: MemoryOffice, customer: Client) -> None:
    other = Client(customer.app, market.token(Role.CUSTOMER))
    project_id = project(customer, "plant")
    assert other.code(SUGGEST, id=project_id) == "NOT_FOUND"
    assert customer.code(SUGGEST, id="garbage") == "NOT_FOUND"
    taken = {"projectId": project_id, "className": "plant", "suggestion": "potted plant"}
    assert codes(other.do("acceptClassSuggestion", **taken)) == ["NOT_FOUND"]
    assert list(classes_of(customer, project_id)) == ["plant"]


def test_critical_is_people_and_not_even_an_override_changes_that(customer: Client) -> None:
    # Given a class that the machine is good at
    project_id = project(customer, "tumor")
    oracle(customer, project_id, {"tumor": 0.99})
    named = {"projectId": project_id, "className": "tumor"}
    customer.done("applyRoutingThreshold", projectId=project_id, threshold=0.5)
    assert classes_of(customer, project_id)["tumor"]["route"] == "MACHINE"
    # When it is critical
    customer.done("markClassCritical", **named, critical=True, reason="lives depend on it")
    # Then no machine labels it, until it is so no longer
    refused = customer.do("overrideClassRoute", **named, route="MACHINE")
    assert codes(refused) == ["CONFLICT"]
    found = classes_of(customer, project_id)["tumor"]
    assert (found["route"], found["machine"], found["metric"]) == ("HUMAN", False, 0.99)
    customer.done("markClassCritical", **named, critical=False)
    assert classes_of(customer, project_id)["tumor"]["route"] == "MACHINE"


def test_classes_come_from_a_file_behind_those_that_are_there(customer: Client) -> None:
    project_id = project(customer, "cat")
    upload_id = upload(customer, b"class,colour\ndog,brown\ncat,black\n,\nowl,grey\n", "a.csv")
    select = "added problemCount problems { row item code message } project { classes { name } }"

    taken = customer.done("importClasses", select, projectId=project_id, uploadId=upload_id)

    assert (taken["added"], taken["problemCount"]) == (2, 1)
    assert [one["name"] for one in taken["project"]["classes"]] == ["cat", "dog", "owl"]
    (problem,) = taken["problems"]
    assert (problem["row"], problem["item"], problem["code"]) == (3, "cat", "DUPLICATE_CLASS")


def test_a_file_without_classes_is_refused_and_changes_nothing(customer: Client) -> None:
    project_id = project(customer, "cat")
    upload_id = upload(customer, b'{"a": 1}', "a.json")
    refused = customer.do("importClasses", "added", projectId=project_id, uploadId=upload_id)
    assert (codes(refused), refused["added"]) == (["INVALID_INPUT"], 0)
    assert list(classes_of(customer, project_id)) == ["cat"]
