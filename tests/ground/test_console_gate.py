"""The committed console is what its sources are built to, or the gate tells."""

import json
from pathlib import Path

import pytest

from tests.ground.conftest import Ground
from tools import bundle, checking, console, node, npm_lock
from tools.checking import Gate
from tools.trouble import NotRun


@pytest.fixture
def root(ground: Ground) -> Path:
    """Sources and a bundle that fit each other."""
    root = ground.checkout.root
    for name, text in {
        "web/package.json": '{"name": "console"}',
        "web/package-lock.json": '{"packages": {}}',
        "web/src/main.tsx": "start();",
        "labelmarket/graphql/schema.graphql": "type Query { a: Int }",
        "labelmarket/console/index.html": "<html></html>",
        "labelmarket/console/assets/index-12345678.js": "start()",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    folder = root / bundle.BUNDLE
    (folder / bundle.RECORD).write_text(bundle.record(root, folder))
    return root


def test_a_bundle_that_fits_its_sources_has_no_faults(root: Path) -> None:
    assert bundle.faults(root) == []


def test_changed_sources_ask_for_a_new_bundle(root: Path) -> None:
    (root / "web/src/main.tsx").write_text("start(); more();")
    assert bundle.faults(root) == [
        "labelmarket/console was built from other sources: run ./dev console"
    ]


@pytest.mark.parametrize("name", ["index.html", "assets/index-12345678.js", "assets/more.js"])
def test_a_bundle_changed_by_hand_is_named(root: Path, name: str) -> None:
    (root / bundle.BUNDLE / name).write_text("something else")
    assert bundle.faults(root) == [
        f"labelmarket/console/{name} is not as it was built: run ./dev console"
    ]


def test_a_record_changed_along_with_its_bundle_is_found_by_building(
    root: Path, tmp_path: Path
) -> None:
    built = tmp_path / "built"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<html></html>")
    (built / "assets" / "index-12345678.js").write_text("start(); steal()")
    assert bundle.differences(root / bundle.BUNDLE, built) == [
        "labelmarket/console/assets/index-12345678.js is not what web/ is built to: "
        "run ./dev console"
    ]


@pytest.mark.parametrize("noted", [{"resolved": "somewhere"}, {"funding": {"url": "x://y"}}])
def test_addresses_in_the_lock_are_a_fault_and_are_taken_out(
    root: Path, noted: dict[str, object]
) -> None:
    lock = root / "web" / "package-lock.json"
    lock.write_text(json.dumps({"packages": {"a": {"version": "1.2.3", **noted}}}))
    assert any("holds addresses" in fault for fault in bundle.faults(root))

    assert npm_lock.tidy(root)

    assert npm_lock.faults(root) == []
    assert json.loads(lock.read_text()) == {"packages": {"a": {"version": "1.2.3"}}}
    assert not npm_lock.tidy(root)


def test_an_address_anywhere_else_in_the_lock_is_a_fault(root: Path) -> None:
    lock = root / "web" / "package-lock.json"
    lock.write_text(json.dumps({"packages": {"a": {"deprecated": "see https://elsewhere"}}}))
    assert npm_lock.faults(root) != []


def test_without_node_the_gate_says_that_it_was_not_run(
    ground: Ground, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gate = Gate(name="console", faults=lambda: console.faults(ground.checkout))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(node, "find", lambda _checkout: None)
        with pytest.raises(NotRun):
            gate.faults()
        assert checking.report([gate]) == 0
    assert capsys.readouterr().out == (
        "NOT RUN console (0.0 s): "
        "there is no Node.js 20.19 or newer with npm; ./dev console brings one\n"
    )
