"""The page of a report: whole in itself, readable by everybody, and safe whatever names say."""

import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from itertools import product

import pytest

from labelmarket.adapters.pages.report_page import report_page
from labelmarket.workers.insight.report_types import Report
from tests.adapters.pages.page_reading import Element, Page, read_page
from tests.adapters.pages.report_samples import classification_report, detection_report

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '" onmouseover="alert(1)',
    "</style></title></script><b>",
    "\u202eright to left\u202d",
    "a\0b\x1b[2J\ud800",
    "&amp; &lt;",
    "x" * 50_000,
    "",
)
PAGE_BYTES_MAX = 5_000_000


def page_of(report: Report, title: str = "labels.json") -> Page:
    return read_page(report_page(report, title=title))


@pytest.fixture(scope="module")
def page() -> Page:
    return page_of(detection_report())


def test_names_are_never_markup() -> None:
    plain = page_of(detection_report([f"name {place}" for place in range(len(HOSTILE))]))

    hostile = page_of(detection_report(HOSTILE, image=HOSTILE[1]), HOSTILE[0])

    assert [one.name for one in hostile.elements] == [one.name for one in plain.elements]
    assert not [
        name for one in hostile.elements for name in one.attributes if name.startswith("on")
    ]


def test_a_long_name_is_cut() -> None:
    assert len(report_page(detection_report(HOSTILE), title="x")) < 200_000


def test_a_name_from_the_right_stands_apart_from_the_text_around_it() -> None:
    page = page_of(detection_report(["\u05d0\u05d1\u05d2"]))

    headings = [one for one in page.called("th") if "\u05d0" in one.text]
    isolated = [above for one in page.called("bdi") for above in _above(one)]

    assert headings
    assert all(one in isolated for one in headings)


def test_the_page_asks_nobody_for_anything(page: Page) -> None:
    asking = {"src", "srcset", "action", "poster", "data", "formaction", "background", "style"}

    assert not [one for one in page.elements if asking & one.attributes.keys()]
    assert {one.attributes["href"][0] for one in page.elements if "href" in one.attributes} == {"#"}
    assert not page.called("link")
    assert not re.search(r"url\(|@import|https?:", page.text_of("style") + page.text_of("script"))


def test_the_policy_lets_only_the_own_style_and_script_in(page: Page) -> None:
    [policy] = [
        one.attributes["content"]
        for one in page.called("meta")
        if one.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    own = {
        name: b64encode(sha256(page.text_of(name).encode()).digest()).decode()
        for name in ("style", "script")
    }

    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{own['style']}'",
        f"script-src 'sha256-{own['script']}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert len(page.called("style")) == len(page.called("script")) == 1


def test_every_section_of_boxes_is_there(page: Page) -> None:
    assert [one.attributes["id"] for one in page.called("section")] == [
        "summary",
        "quality",
        "gold",
        "advice",
        "classes",
        "cooccurrence",
        "density",
        "location",
        "shapes",
        "health",
    ]


def test_classes_without_labels_are_not_said_to_have_any() -> None:
    report = detection_report()
    report["classes"][0]["labels"] = 0

    assert "3,000 labels of 2 classes on 812 images" in page_of(report).text_of("header")


def test_the_bar_of_all_that_is_beyond_is_not_said_to_be_a_number() -> None:
    report = detection_report()
    report["labelsPerImage"] = [0] * 64 + [812]

    said = page_of(report).text_of("main")

    assert "the most frequent number is 64 or more, the largest 64 or more" in said


def test_a_prediction_of_another_class_is_not_said_to_be_of_nothing(page: Page) -> None:
    said = page.text_of("main")

    assert "found no gold label of their class, or one that was found already: 12." in said


def test_a_report_on_whole_items_has_no_places_and_no_shapes() -> None:
    page = page_of(classification_report())

    assert [one.attributes["id"] for one in page.called("section")] == [
        "summary",
        "gold",
        "advice",
        "classes",
        "health",
    ]


@pytest.mark.parametrize(
    "said",
    [
        "71.4 %",
        "1.95",
        "75 % of person in the bottom-right quadrant",
        "person is 75 times as wide as high",
        "Collect person without rider: 0 of 812",
        "Impact not known: no predictions were given.",
        '"without": ["rider"]',
        "0.505",
        "−0.12",
        "The first 1 of 7.",
    ],
)
def test_what_the_report_says_is_on_the_page(page: Page, said: str) -> None:
    assert said in page.text_of("main")


def test_the_contents_lead_to_every_section(page: Page) -> None:
    links = [one.attributes["href"] for one in page.called("a")]

    assert links == ["#main"] + [f"#{one.attributes['id']}" for one in page.called("section")]


def test_a_name_inside_the_page_is_given_once_and_named_labels_exist(page: Page) -> None:
    ids = page.ids()

    assert len(ids) == len(set(ids))
    assert {
        one.attributes["aria-labelledby"]
        for one in page.elements
        if "aria-labelledby" in one.attributes
    } <= set(ids)


def test_every_table_has_a_caption_and_headings_that_say_what_they_head(page: Page) -> None:
    tables = page.called("table")
    captions = [one.parent for one in page.called("caption") if one.text]

    assert captions == tables
    assert {one.attributes.get("scope") for one in page.called("th")} == {"row", "col"}


def test_every_picture_says_in_words_what_it_shows(page: Page) -> None:
    for picture in page.called("svg"):
        hidden = picture.attributes.get("aria-hidden") == "true"
        assert hidden or picture.attributes["role"] == "img"
        assert hidden or len(picture.attributes["aria-label"]) > 10


def test_the_page_has_landmarks_one_title_and_a_language(page: Page) -> None:
    assert [len(page.called(name)) for name in ("main", "nav", "header", "footer", "h1")] == [1] * 5
    assert page.called("html")[0].attributes["lang"] == "en"
    assert page.text_of("title") == "Report on labels.json"


def test_a_matrix_gives_each_pair_the_share_of_its_row(page: Page) -> None:
    cells = [
        one for one in page.called("td") if re.fullmatch(r"l\d", one.attributes.get("class", ""))
    ]

    together = [(one.text, one.attributes["class"]) for one in cells if _within(one, "Together")]

    assert sorted(set(together)) == [("", "l0"), ("25", "l3"), ("50", "l5")]


def test_many_classes_make_a_page_that_can_still_be_sent() -> None:
    names = [f"a class of some length, number {place}" for place in range(1_203)]

    text = report_page(detection_report(names, cooccurrence_total=200_000), title="many.json")

    assert len(text.encode()) <= PAGE_BYTES_MAX
    assert all(name in text for name in names)


def test_a_matrix_of_many_classes_has_the_most_frequent_ones() -> None:
    page = page_of(detection_report([f"{a}{b}" for a, b in product("abcdefghi", repeat=2)]))

    rows = [
        [one for one in page.called("th") if _within(one, caption) and one.text not in corners]
        for caption, corners in (("Together", {"of these ↓ hold →"}), ("Confusion", set()))
    ]

    assert [len(one) for one in rows] == [2 * 60, 2 * 61 + 1]
    assert "the first 60 of 81 classes" in page.text_of("main")
    assert "The 60 most frequent of 81 classes" in page.text_of("main")


def test_the_same_report_is_the_same_page() -> None:
    first, second = (report_page(detection_report(), title="a") for _ in range(2))

    assert first == second


def test_a_report_of_nothing_is_a_page() -> None:
    empty = detection_report([""], with_quality=False)
    empty["classes"], empty["cooccurrence"], empty["density"] = [], [], []
    empty["location"], empty["shapes"], empty["health"], empty["advice"] = [], [], [], []
    empty["summary"], empty["labelsPerImage"], empty["neverWithout"] = [], [], []

    assert "No class has a label." in page_of(empty).text_of("main")


def _within(cell: Element, caption: str) -> bool:
    """Tell whether a cell is of the table with that caption."""
    return any(one.name == "table" and one.text.startswith(caption) for one in _above(cell))


def _above(element: Element) -> Iterator[Element]:
    while element.parent is not None:
        element = element.parent
        yield element


def test_labels_that_were_compared_with_gold_have_a_section_of_their_own(page: Page) -> None:
    boxes: Report = {**detection_report(), "goldBoxes": 8, "goldMatched": 6, "meanBestIou": 0.75}
    nothing: Report = {**detection_report(), "goldItems": 0}

    said, both = page.text_of("section"), page_of(boxes).text_of("section")

    assert "7 of 9 checked items have the very classes of the gold (77.8 %)" in said
    assert "6 of 8 gold boxes found at an IoU of 0.5 or more (75.0 %)" in both
    assert "gold" not in page_of(nothing).ids()
