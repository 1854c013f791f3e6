"""The media type follows what the client accepts."""

import pytest

from labelmarket.graphql.media import is_json, preferred, wants_stream

PLAIN, NEW = "application/json", "application/graphql-response+json"


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, PLAIN),
        ("", PLAIN),
        ("*/*", PLAIN),
        ("application/*", PLAIN),
        (NEW, NEW),
        (f"{NEW}; charset=utf-8, {PLAIN}; q=0.9", NEW),
        (f"{PLAIN}, {NEW}", PLAIN),
        (f"{PLAIN};q=0.5, {NEW};q=0.8", NEW),
        (f"{NEW};q=0", None),
        (f"{NEW};q=x", None),
        ("text/html", None),
        ("TEXT/HTML, Application/JSON", PLAIN),
    ],
)
def test_the_answer_has_the_type_that_is_liked_best(accept: str | None, media: str | None) -> None:
    assert preferred(accept) == media


@pytest.mark.parametrize(
    ("accept", "stream"),
    [
        ("text/event-stream", True),
        ("text/event-stream;q=1, */*", True),
        (f"{PLAIN}, text/event-stream", False),
        (None, False),
    ],
)
def test_events_are_sent_only_when_they_are_named_first(accept: str | None, stream: bool) -> None:
    assert wants_stream(accept) is stream


@pytest.mark.parametrize(
    ("kind", "json"),
    [
        (PLAIN, True),
        ('application/JSON; charset="UTF-8"', True),
        ("application/json; charset=latin-1", False),
        ("application/jsonx", False),
        (None, False),
    ],
)
def test_a_body_is_json_when_it_says_so(kind: str | None, json: bool) -> None:
    assert is_json(kind) is json
