"""What the play shows: the same story on a terminal and in plain lines."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

from rich.console import Console

from labelmarket.demo.plain import PlainScreen
from labelmarket.demo.screen import LiveScreen
from labelmarket.demo.stage import (
    CascadeShown,
    Choice,
    FactSeen,
    Message,
    OfferShown,
    ProvidersShown,
    ReportShown,
    Step,
)

REPORT: dict[str, Any] = {
    "images": 60,
    "labels": 1200,
    "classes": {"car": {"labels": 1200, "images": 44}},
    "cooccurrence": {},
    "density": {"car": {"maxInOneImage": 9, "shareOfTopImage": 0.1, "gini": 0.4321}},
    "location": {},
    "meanBestIou": 0.8765,
}


def offer(provider: str, outcome: str, *, left_s: float = 0.0) -> OfferShown:
    answer_by = datetime.now(UTC) + timedelta(seconds=left_s)
    return OfferShown(
        provider=provider,
        outcome=outcome,
        sent_at="2030-01-01T00:00:00Z",
        answer_by=answer_by.isoformat(),
        ended_at="",
    )


STORY: list[Message] = [
    Step(who="customer", text="launches"),
    FactSeen(type="OfferSent", at="2030-01-01T12:34:56Z"),
    ProvidersShown(
        choices=(
            Choice(name="Harbour", accuracy=0.91, hours=2.5, price="12.00 EUR", remark=""),
            Choice(name="Kamo", accuracy=None, hours=None, price="", remark="It is closed."),
        )
    ),
    CascadeShown(offers=(offer("Savanna", "expired"),)),
    ReportShown(delivered=REPORT, gold={**REPORT, "labels": 1234}),
]


def drawn(story: list[Message]) -> str:
    console = Console(file=StringIO(), width=120, height=80, force_terminal=True, record=True)
    with LiveScreen(console) as screen:
        for message in story:
            screen.say(message)
    return console.export_text()


def test_the_terminal_shows_the_whole_story() -> None:
    picture = drawn(STORY)
    expected = ["customer launches", "12:34:56  OfferSent", "91% right, 2.5 h", "It is closed."]
    assert [text for text in expected if text not in picture] == []


def test_an_open_offer_counts_down() -> None:
    picture = drawn([CascadeShown(offers=(offer("Savanna", "expired"), offer("H", "", left_s=60)))])
    assert "– expired" in picture
    assert "⏱ 59." in picture or "⏱ 60." in picture


def test_names_that_look_like_markup_are_shown_as_they_are() -> None:
    choice = Choice(name="[red]Harbour[/]", accuracy=0.9, hours=1.0, price="", remark="")
    assert "[red]Harbour[/]" in drawn([ProvidersShown(choices=(choice,))])


def test_plain_lines_tell_the_story_with_its_seconds() -> None:
    # Given
    out = StringIO()
    # When
    with PlainScreen(out) as screen:
        for message in STORY:
            screen.say(message)
    # Then
    told = [line.split(" s  ", 1)[1] for line in out.getvalue().splitlines()]
    assert told == [
        "customer launches",
        "  · OfferSent",
        "  Harbour: 91% right, 2.5 h, 12.00 EUR",
        "  Kamo: excluded. It is closed.",
        "  delivered 1,200 labels on 60 images; true are 1,234; mean best IoU 0.876",
    ]
