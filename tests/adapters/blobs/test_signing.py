"""A link opens what it was signed for, as long as it was signed for, and nothing else."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelmarket.adapters.blobs.signing import BadSignature, LinkExpired, Signer

SIGNER = Signer(b"k" * 32)
NOW = 1_700_000_000

names = st.text(max_size=12, alphabet=st.characters(exclude_categories=["Cs"])).filter(
    lambda name: name not in {"expires", "signature"}
)
claims = st.dictionaries(names, names, max_size=5)


@given(claims)
def test_a_good_link_gives_its_claims_back(said: dict[str, str]) -> None:
    query = SIGNER.sign("/files/a", expires_at=NOW + 1, claims=said)

    assert SIGNER.verify("/files/a", query, now=NOW) == said


@given(claims, claims)
def test_no_two_sets_of_claims_sign_alike(one: dict[str, str], other: dict[str, str]) -> None:
    def signature(said: dict[str, str]) -> str:
        return SIGNER.sign("/files/a", expires_at=NOW, claims=said).rpartition("signature=")[2]

    assert (signature(one) == signature(other)) is (one == other)


@pytest.mark.parametrize(
    "other", [("/files/b", {"a": "bc"}), ("/files/a", {"ab": "c"}), ("/files/aa", {"": "bc"})]
)
def test_moving_characters_between_fields_changes_the_signature(
    other: tuple[str, dict[str, str]],
) -> None:
    query = SIGNER.sign("/files/a", expires_at=NOW, claims={"a": "bc"})
    moved = SIGNER.sign(other[0], expires_at=NOW, claims=other[1])

    assert query.rpartition("=")[2] != moved.rpartition("=")[2]


def test_a_link_ends_at_its_instant() -> None:
    query = SIGNER.sign("/files/a", expires_at=NOW, claims={})

    assert SIGNER.verify("/files/a", query, now=NOW - 1) == {}
    with pytest.raises(LinkExpired):
        SIGNER.verify("/files/a", query, now=NOW)


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("/files/b", lambda query: query),
        ("/files/a", lambda query: query.replace("bytes=7", "bytes=8")),
        ("/files/a", lambda query: query.replace("expires=17", "expires=27")),
        ("/files/a", lambda query: query + "&extra=1"),
        ("/files/a", lambda query: query + "&bytes=7"),
        ("/files/a", lambda query: query.rpartition("&")[0]),
        ("/files/a", lambda query: query[:-1]),
        ("/files/a", lambda query: query.replace("signature=", "signature=%FF")),
        ("/files/a", lambda query: query.replace("signature=", "signature=é")),
        ("/files/a", lambda query: "\ud800=1&" + query),
        ("/files/a", lambda _: "a" * 5_000),
        ("/files/a", lambda _: "&".join(f"c{i}=" for i in range(100))),
        ("/files/a", lambda _: ""),
    ],
)
def test_a_changed_link_is_refused(path: str, change: Callable[[str], str]) -> None:
    query = SIGNER.sign("/files/a", expires_at=NOW + 9, claims={"bytes": "7"})

    with pytest.raises(BadSignature):
        SIGNER.verify(path, change(query), now=NOW)


def test_another_secret_opens_nothing() -> None:
    query = Signer(b"x" * 32).sign("/files/a", expires_at=NOW + 9, claims={})

    with pytest.raises(BadSignature):
        SIGNER.verify("/files/a", query, now=NOW)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Signer(b"short")


@pytest.mark.parametrize(
    "said",
    [{"signature": "x"}, {"expires": "1"}, {f"c{i}": "" for i in range(17)}, {"a": "x" * 5_000}],
)
def test_claims_that_no_link_can_carry_are_refused(said: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="at most"):
        SIGNER.sign("/files/a", expires_at=NOW, claims=said)
