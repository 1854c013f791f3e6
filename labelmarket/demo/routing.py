"""What a customer does about machines: predictions, a learner, routes, and who labeled what."""

from typing import Final

from labelmarket.demo.buyer import ME, Buyer
from labelmarket.demo.client import FILE_TIMEOUT_S, Client
from labelmarket.demo.documents import PLAN, ROUTED, WHO
from labelmarket.demo.refusals import ApiError, Json
from labelmarket.demo.stage import Say, SharesShown, Step, step
from labelmarket.demo.waits import wait_for

MEASURED_WITHIN_S: Final = 120.0


class Routing:
    """Decides, for a customer's project, what goes to a machine."""

    def __init__(self, market: Client, customer: Buyer, *, say: Say) -> None:
        self._market = market
        self._customer = customer
        self._say = say

    def predict(self, content: bytes, *, oracle: str, version: str) -> None:
        """Add a model's predictions, and wait until they were measured on the gold."""
        with step(ME, f"uploads what the {oracle} says", say=self._say):
            upload_id = self._market.upload(content, name="predictions.json")
            fields = {"oracle": oracle, "version": version, "uploadId": upload_id}
            self._do("addPredictions", fields, select="predictions problemCount", wait=True)
            self._measured(predictions=1)

    def teach(self, *, times: int) -> list[str]:
        """Have the market's own learner read what is true by now; gives the classes it knows."""
        with step(ME, "has the market's learner read what is true by now", say=self._say):
            self._do("teachLearner", {})
            found = self._measured(predictions=times)
        known: list[str] = found["learners"][0]["learned"]
        self._say(Step(who="learner", text=f"knows {', '.join(known)}"))
        return known

    def apply(self, threshold: float) -> None:
        with step(ME, f"sends classes below {threshold:g} to people", say=self._say):
            self._do("applyRoutingThreshold", {"threshold": threshold})

    def keep_for_people(self, class_name: str, *, reason: str) -> None:
        with step(ME, f"keeps “{class_name}” for people: {reason}", say=self._say):
            route = {"className": class_name, "route": "HUMAN", "reason": reason}
            self._do("overrideClassRoute", route)

    def preview(self) -> Json:
        """What the plan would come to as it is."""
        with step(ME, "looks at what the plan comes to", say=self._say):
            asked = {"id": self._customer.project_id, "waitFor": self._market.position}
            plan: Json = self._market.query(PLAN, **asked)["previewPlan"]
        (task,) = plan["tasks"]
        people = task["people"]
        saved = "" if plan["saving"] is None else f", {plan['saving']:.2f} saved"
        self._say(
            Step(
                who="market",
                text=f"expects {task['machineLabels']:,} labels of the machine and "
                f"{people['items']:,} items for people{saved}",
            )
        )
        return plan

    def begin_rest(self) -> None:
        """Let the machine label what it may by now; nobody else is asked."""
        with step(ME, "lets the machine label the rest", say=self._say):
            self._do("placeMachineLabels", {})

    def begin_order(self) -> None:
        with step(ME, "begins the next order", say=self._say):
            fields = {"orderId": self._customer.order_id}
            self._market.mutate("startWorkOrder", fields, select="workOrder { id }")

    def shares(self, title: str) -> Json:
        """Tell who labeled what, in the words of the summary."""
        with step(ME, "reads who labeled what", say=self._say):
            asked = {"id": self._customer.project_id, "waitFor": self._market.position}
            found = self._market.query(WHO, **asked)
        shown = told(found["project"], found["report"])
        self._say(SharesShown(title=title, shares=shown))
        return shown

    def _measured(self, *, predictions: int) -> Json:
        """Wait until so many versions of predictions are there, and the last one measured."""

        def measured() -> Json | None:
            asked = {"id": self._customer.project_id, "waitFor": self._market.position}
            found: Json = self._market.query(ROUTED, **asked)["project"]
            failed = [one for one in found["learners"] if one["failedCode"]]
            if failed:
                raise ApiError(code=failed[0]["failedCode"], message=failed[0]["failedMessage"])
            last = found["predictions"][-1]["version"] if found["predictions"] else None
            there = len(found["predictions"]) >= predictions and found["oracleVersion"] == last
            return found if there else None

        return wait_for(measured, what="the measurement", within_s=MEASURED_WITHIN_S)

    def _do(
        self, name: str, fields: Json, *, select: str = "project { id }", wait: bool = False
    ) -> Json:
        named = {"projectId": self._customer.project_id, **fields}
        if wait:
            return self._market.mutate(name, named, select=select, timeout_s=FILE_TIMEOUT_S)
        return self._market.mutate(name, named, select=select)


def told(project: Json, report: Json | None) -> Json:
    """Who labeled what of a project, keyed by class."""
    counted = {} if report is None else {one["name"]: one for one in report["classes"]}
    nothing = {"labels": 0, "machineLabels": 0}
    return {
        "status": project["status"],
        "classes": {
            one["name"]: {
                "route": one["route"],
                "reason": one["routeReason"],
                "metric": one["metric"],
                "goldExamples": one["goldExamples"],
                "byMachine": counted.get(one["name"], nothing)["machineLabels"],
                "byPeople": counted.get(one["name"], nothing)["labels"]
                - counted.get(one["name"], nothing)["machineLabels"],
            }
            for one in project["classes"]
        },
        "machines": project["machineLabels"],
        "providers": [
            {
                "provider": batch["provider"]["name"],
                "items": batch["items"],
                "labels": batch["labels"],
            }
            for order in project["orders"]
            for batch in order["batches"]
        ],
    }
