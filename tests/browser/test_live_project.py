"""The console in a real browser: a customer watches, a provider answers and delivers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from labelmarket.demo.client import Client
from labelmarket.graphql.ids import encode
from tests.api.people import People, coco
from tests.browser.chromium import Tab, tab

if TYPE_CHECKING:
    from playwright.sync_api import Browser, WebSocketRoute

CLASSES = ("car", "tree")
IMAGES: dict[str, list[tuple[str, list[float]]]] = {f"{number}.png": [] for number in range(3)}
LABELS = {
    "0.png": [("car", [1.0, 1.0, 20.0, 20.0]), ("boat", [1.0, 1.0, 5.0, 5.0])],
    "1.png": [("tree", [2.0, 2.0, 30.0, 30.0])],
    "2.png": [("car", [3.0, 3.0, 10.0, 10.0])],
}
PHONE = {"viewport": {"width": 390, "height": 844}}
DARK = {"color_scheme": "dark"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A project whose order is planned for two providers, not yet launched."""

    customer: Client
    first: Client
    second: Client
    project_id: str

    def launch(self) -> None:
        self.customer.mutate("launchProject", {"projectId": self.project_id}, select="position")


@pytest.fixture
def scene(browser: "Browser", people: People) -> Scene:
    customer = people.customer()
    first, first_id = people.provider("Quiet Labels")
    second, second_id = people.provider("Quick Labels")
    project_id = people.project(customer, items=coco(IMAGES, classes=CLASSES), classes=CLASSES)
    people.order(customer, project_id, [first_id, second_id])
    return Scene(customer=customer, first=first, second=second, project_id=project_id)


def watching(browser: "Browser", scene: Scene, opened: Tab) -> None:
    """Sign in as the customer, and open the project from the list."""
    opened.page.goto(opened.address)
    opened.sign_in(scene.customer.token)
    opened.page.get_by_role("link", name="a project").first.click()
    opened.page.get_by_text("Live", exact=True).wait_for()


def test_a_customer_sees_an_offer_move_on_while_a_provider_works(
    browser: "Browser", scene: Scene, people: People
) -> None:
    address = people.market.address
    with tab(browser, address) as mine, tab(browser, address, **DARK, **PHONE) as theirs:
        watching(browser, scene, mine)
        scene.launch()
        mine.page.get_by_text("Waiting for an answer").wait_for()
        assert mine.page.get_by_role("timer").is_visible()
        assert mine.faults_of_access() == []

        _decline(theirs, scene)
        mine.page.get_by_text("Declined", exact=True).wait_for()
        mine.page.get_by_text("No capacity: “All are busy.”").wait_for()
        said = mine.page.locator("[data-voice]").inner_text()
        assert said == "Quiet Labels declined. Quick Labels is asked."

        _accept_and_deliver(theirs, scene)
        mine.page.get_by_text("Accepted", exact=True).wait_for()
        mine.page.get_by_text("2 items, 2 labels, 1 row left out").wait_for()
        assert mine.faults_of_access() == []
        assert (mine.complaints, theirs.complaints) == ([], [])


def _decline(theirs: Tab, scene: Scene) -> None:
    page = theirs.page
    page.goto(f"{theirs.address}/offers")
    theirs.sign_in(scene.first.token)
    page.get_by_role("link", name="a project").click()
    page.get_by_role("button", name="Decline …").press("Enter")
    page.get_by_label("Note to the customer").fill("All are busy.")
    assert theirs.faults_of_access() == []
    page.get_by_role("button", name="Decline the offer").press("Enter")
    page.get_by_text("Declined", exact=True).wait_for()
    page.get_by_role("button", name="Sign out").click()


def _accept_and_deliver(theirs: Tab, scene: Scene) -> None:
    page = theirs.page
    theirs.sign_in(scene.second.token)
    page.get_by_role("link", name="a project").click()
    page.get_by_role("button", name="Accept the offer").press("Enter")
    page.get_by_role("button", name="Start the work").press("Enter")
    page.get_by_role("cell", name="car, tree").first.wait_for()
    content = coco(LABELS, classes=CLASSES)
    page.get_by_label("Label file").set_input_files(
        {"name": "labels.json", "mimeType": "application/json", "buffer": content}
    )
    page.get_by_role("button", name="Deliver").press("Enter")
    page.get_by_text("Part 1 has arrived and is being read.").wait_for()
    page.get_by_text("Part 1: 1 row left out").wait_for()
    assert theirs.faults_of_access() == []


def test_a_line_that_drops_comes_back_without_a_gap(
    browser: "Browser", scene: Scene, people: People
) -> None:
    with tab(browser, people.market.address) as mine:
        sockets: list[WebSocketRoute] = []

        def through(socket: "WebSocketRoute") -> None:
            sockets.append(socket)
            socket.connect_to_server()

        mine.page.route_web_socket("**/graphql", through)
        watching(browser, scene, mine)

        sockets[-1].close(code=1012)
        scene.launch()

        mine.page.get_by_text("none is missing.").wait_for()
        mine.page.locator(".timeline").get_by_text("Offer sent").wait_for()
        mine.page.get_by_text("Waiting for an answer").wait_for()
        assert len(sockets) == 2
        assert mine.complaints == []


def test_a_revoked_token_leads_back_to_the_way_in_and_nothing_is_lost(
    browser: "Browser", scene: Scene, people: People
) -> None:
    scene.launch()
    with tab(browser, people.market.address) as theirs:
        page = theirs.page
        page.goto(theirs.address)
        theirs.sign_in("lm_nobody_knows")
        page.get_by_text("This token is not known").wait_for()
        theirs.complaints.clear()
        theirs.sign_in(scene.first.token)
        page.get_by_role("link", name="a project").click()
        page.get_by_role("button", name="Decline …").click()
        page.get_by_label("Note to the customer").fill("half written")

        organisation = scene.first.query("{ viewer { organisationId } }")["viewer"]
        fields = {"name": "another", "role": "PROVIDER", **organisation}
        another = people.operator.mutate("createToken", fields, select="secret")["secret"]
        token_id = encode("AccessToken", UUID(scene.first.token.split("_")[1]))
        people.operator.mutate("revokeToken", {"tokenId": token_id}, select="token { id }")
        page.get_by_role("button", name="Decline the offer").click()
        page.get_by_text("Your sign-in has ended").wait_for()
        theirs.sign_in(another)

        assert page.get_by_label("Note to the customer").input_value() == "half written"
        page.get_by_role("button", name="Decline the offer").click()
        page.get_by_text("Declined", exact=True).wait_for()
