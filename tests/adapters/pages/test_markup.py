"""Text on a page: it is escaped on its way in, and comes out as it was."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelmarket.adapters.pages.markup import Html, tag, together
from tests.adapters.pages.page_reading import read_page

# What no page may hold, or what turns text around, is shown as a mark instead.
TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff").filter(
        lambda one: not re.match("[\ufdd0-\ufdef\u202a-\u202e\u2066-\u2069]", one)
    )
)


@given(TEXTS)
def test_text_is_read_as_it_was_said(said: str) -> None:
    page = read_page(tag("p", said).text)

    assert page.text_of("p") == said


@given(TEXTS)
def test_an_attribute_is_read_as_it_was_said(said: str) -> None:
    page = read_page(tag("p", title=said).text)

    assert [one.attributes for one in page.elements] == [{"title": said}]


@given(st.text())
def test_whatever_is_said_can_be_written_and_opens_nothing(said: str) -> None:
    text = tag("p", said, title=said).text

    assert text.encode()
    assert [one.name for one in read_page(text).elements] == ["p"]


@pytest.mark.parametrize("mark", list("&<>\"'"))
def test_a_mark_of_markup_is_text_even_when_it_stands_alone(mark: str) -> None:
    [shown] = read_page(tag("p", mark, title=f"{mark} onclick={mark}x").text).elements

    assert shown.text == mark
    assert shown.attributes == {"title": f"{mark} onclick={mark}x"}


def test_markup_is_not_escaped_again() -> None:
    assert tag("p", tag("b", "a & b"), Html("<i>c</i>")).text == "<p><b>a &amp; b</b><i>c</i></p>"


def test_a_string_made_of_markup_is_text_again() -> None:
    assert tag("p", f"{tag('b', 'x').text}").text == "<p>&lt;b&gt;x&lt;/b&gt;</p>"


def test_attributes_without_a_value_are_left_out() -> None:
    assert tag("p", class_="a", aria_label=None, data_value=0).text == (
        '<p class="a" data-value="0"></p>'
    )


def test_an_element_without_content_is_not_closed() -> None:
    assert together((tag("br"), "a")).text == "<br>a"


def test_a_character_that_no_page_may_hold_is_shown_as_a_mark() -> None:
    assert tag("p", "a\0b\x1b[31m\ud800").text == "<p>a\ufffdb\ufffd[31m\ufffd</p>"


def test_a_character_that_turns_text_around_is_shown_as_a_mark() -> None:
    assert tag("p", "a\u202eb\u2066").text == "<p>a\ufffdb\ufffd</p>"
