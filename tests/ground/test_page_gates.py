"""The gates that hold the pages, the schema and the locks to their word."""

from collections.abc import Callable
from pathlib import Path

from tests.ground.conftest import Ground, script
from tools import docs, locks, schema

Write = Callable[[str, str], Path]
# Knows `labelmarket demo` and `labelmarket audit verify`, and prints a schema.
CLI = """#!/bin/sh
case "$*" in
  *"cli demo --help"|*"cli audit verify --help") exit 0 ;;
  *"-c from labelmarket.graphql"*) echo "type Query { a: Int }" ;;
  *) exit 2 ;;
esac
"""


def readme(ground: Ground, *, block: str) -> list[str]:
    ground.checkout.venv_python.parent.mkdir(parents=True)
    script(ground.checkout.venv_python, CLI)
    (ground.root / "README.md").write_text(f"# labelmarket\n\n```sh\n{block}\n```\n")
    return docs.unknown_verbs(ground.checkout)


def test_a_broken_relative_link_is_found(write: Write, tmp_path: Path) -> None:
    write("README.md", "[a](docs/there.md) [b](docs/gone.md) ![c](d.png)\n")
    write("docs/there.md", "[up](../README.md#top) [x](https://example.org/y) [z](#here)\n")

    assert docs.broken_links(tmp_path) == [
        "README.md links to docs/gone.md, which is not there",
        "README.md links to d.png, which is not there",
    ]


def test_a_link_inside_a_fenced_block_is_not_followed(write: Write, tmp_path: Path) -> None:
    write("README.md", "```python\nrows[0](nowhere)\n```\n")

    assert docs.broken_links(tmp_path) == []


def test_commands_that_exist_pass(ground: Ground) -> None:
    block = (
        "./dev demo --once   # a market\nlabelmarket audit verify && labelmarket demo\n./dev test"
    )

    assert readme(ground, block=block) == []


def test_a_verb_that_the_script_lacks_is_found(ground: Ground) -> None:
    assert readme(ground, block="A=1 ./dev fly") == ["README names ./dev fly"]


def test_a_command_that_labelmarket_lacks_is_found(ground: Ground) -> None:
    found = readme(ground, block="cd x && labelmarket audit prove\nlabelmarket fly --now")

    assert found == ["README names labelmarket audit prove", "README names labelmarket fly"]


def test_what_a_session_shows_is_no_command(ground: Ground) -> None:
    assert readme(ground, block="$ labelmarket demo\nlabelmarket listens\n") == []


def test_a_missing_readme_is_found(ground: Ground) -> None:
    assert docs.unknown_verbs(ground.checkout) == ["there is no README.md"]


def committed(ground: Ground, *, text: str) -> list[str]:
    folder = ground.root / "labelmarket" / "graphql"
    folder.mkdir(parents=True)
    (folder / "schema.py").touch()
    (folder / "schema.graphql").write_text(text)
    ground.checkout.venv_python.parent.mkdir(parents=True)
    script(ground.checkout.venv_python, CLI)
    return schema.faults(ground.checkout)


def test_a_committed_schema_that_the_code_prints_passes(ground: Ground) -> None:
    assert committed(ground, text="type Query { a: Int }\n") == []


def test_a_committed_schema_that_has_fallen_behind_is_shown(ground: Ground) -> None:
    found = committed(ground, text="type Query { b: Int }\n")

    assert {"-type Query { b: Int }", "+type Query { a: Int }"} <= set(found)


def test_locks_made_from_the_dependencies_pass(ground: Ground) -> None:
    assert locks.faults(ground.root) == []


def test_a_dependency_that_the_locks_do_not_know_is_found(ground: Ground) -> None:
    pyproject = ground.root / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace('["pytest"]', '["pytest", "ruff"]'))

    assert locks.faults(ground.root) == [
        "requirements-dev.lock is out of step with pyproject.toml: run ./dev lock",
        "requirements-peers.lock is out of step with pyproject.toml: run ./dev lock",
    ]


def test_an_address_in_a_lock_is_found(ground: Ground) -> None:
    with (ground.root / locks.DEV).open("a") as lock:
        lock.write("--index-url https://example.org\n")

    assert locks.faults(ground.root) == ["requirements-dev.lock holds an address"]


def test_locks_that_disagree_are_found(ground: Ground) -> None:
    lock = ground.root / locks.DEV
    lock.write_text(lock.read_text().replace("numpy==2.4.0", "numpy==2.3.0"))

    assert locks.faults(ground.root) == [
        "requirements-dev.lock has numpy 2.3.0, requirements.lock has 2.4.0",
        "requirements-peers.lock has numpy 2.4.0, requirements-dev.lock has 2.3.0",
    ]


def test_a_mark_is_replaced_and_not_stacked() -> None:
    assert locks.mark(locks.mark("a==1\n", "old"), "new") == f"{locks.MARK}new\na==1\n"
