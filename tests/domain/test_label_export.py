"""An export ends once, and what failed may be tried again."""

from uuid import UUID

from labelmarket.domain.label_export import ExportStatus, LabelExport, export_id
from labelmarket.domain.label_format import LabelFormat
from tests.domain.domain_samples import ADA, BEL, CUSTOMER, NOON, PROJECT, facts_of


def identity(asker: UUID = CUSTOMER, *, selection: str = "a" * 64) -> UUID:
    return export_id(
        asker,
        project_id=PROJECT,
        batch_id=None,
        task_id=None,
        format=LabelFormat.COCO,
        selection_digest=selection,
    )


def asked() -> LabelExport:
    export = LabelExport.ask(
        export_id=identity(),
        project_id=PROJECT,
        organisation_id=CUSTOMER,
        provider_id=None,
        batch_id=None,
        task_id=None,
        format=LabelFormat.COCO,
        selection_digest="a" * 64,
        at=NOON,
    )
    facts_of(export)
    return export


def finish(export: LabelExport) -> None:
    export.finish(
        file_digest="f" * 64,
        size_bytes=9,
        manifest_digest="e" * 64,
        manifest_size_bytes=5,
        items=2,
        labels=3,
        machine_labels=1,
        labels_written=3,
        at=NOON,
    )


def test_the_same_labels_in_the_same_format_are_one_export_of_one_asker() -> None:
    assert identity() == identity()
    assert len({identity(), identity(ADA), identity(BEL), identity(selection="b" * 64)}) == 4


def test_a_file_is_written_once() -> None:
    export = asked()
    finish(export)
    assert export.status is ExportStatus.READY
    assert export.files == {"f" * 64, "e" * 64}
    facts_of(export)

    finish(export)
    export.fail(code="LATE", message="too late", at=NOON)

    assert not export.ask_again(at=NOON)
    assert facts_of(export) == []


def test_what_failed_may_be_asked_for_again() -> None:
    export = asked()
    assert not export.ask_again(at=NOON)
    export.fail(code="BAD_NAME", message="no", at=NOON)

    assert export.ask_again(at=NOON)

    assert (export.status, export.attempts) == (ExportStatus.WRITING, 2)
    finish(export)
    assert facts_of(export) == ["ExportFailed", "ExportAskedAgain", "ExportWritten"]
