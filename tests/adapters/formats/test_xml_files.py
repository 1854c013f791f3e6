"""XML is read without entities, without a document type, and not too deeply."""

from pathlib import Path

import pytest

from labelmarket.adapters.formats import xml_rows
from labelmarket.adapters.formats.growing import Growing
from labelmarket.adapters.formats.reading import read
from labelmarket.adapters.formats.writing import write
from labelmarket.adapters.formats.xml_rows import elements
from labelmarket.application.labels import UnreadableFile
from labelmarket.domain.label_format import LabelFormat

LAUGHS = (
    '<!DOCTYPE annotation [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<annotation><filename>&b;</filename></annotation>"
)
FILE = (
    '<!DOCTYPE annotation [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    "<annotation><filename>&a;</filename></annotation>"
)


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "labels.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("kind", [LabelFormat.VOC, LabelFormat.CVAT])
@pytest.mark.parametrize(
    ("text", "code"),
    [
        (LAUGHS, "FORBIDDEN_XML"),
        (FILE, "FORBIDDEN_XML"),
        ('<!DOCTYPE annotation SYSTEM "http://127.0.0.1:1/x.dtd"><annotation/>', "FORBIDDEN_XML"),
        ("<annotation>&undeclared;</annotation>", "NOT_XML"),
        ("<annotation>" + "<x>" * 1_000, "TOO_DEEP"),
        ("<annotation>", "NOT_XML"),
        ("", "NOT_XML"),
        (b"<annotation>\xff</annotation>", "NOT_XML"),
        ('<annotation a="1" a="2"/>', "NOT_XML"),
    ],
)
def test_hostile_xml_is_refused(tmp_path: Path, kind: LabelFormat, text: str, code: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(written(tmp_path, text), format=kind)

    assert refused.value.code == code


def test_an_element_has_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_rows, "NODES_MAX", 10)
    monkeypatch.setattr(xml_rows, "TEXT_CHARACTERS_MAX", 10)
    many, long = "<a>" + "<b/>" * 10 + "</a>", "<a>" + "x" * 11 + "</a>"

    for text, code in ((many, "TOO_MANY_ROWS"), (long, "FILE_TOO_LARGE")):
        with pytest.raises(UnreadableFile) as refused:
            list(elements(written(tmp_path, text), wanted=frozenset({"a"})))
        assert refused.value.code == code


def test_elements_come_one_after_the_other_with_their_lines(tmp_path: Path) -> None:
    path = written(tmp_path, "<r>\n<a><b>x</b>\n</a><c/>\n<a k='v'/></r>")

    found = [
        (node.line, node.word("b"), node.attributes)
        for node in elements(path, wanted=frozenset({"a"}))
    ]

    assert found == [(2, "x", {}), (4, "", {"k": "v"})]


def voc(*objects: str) -> str:
    return f"<annotation>\n<filename>a.jpg</filename>{''.join(objects)}</annotation>"


def box(*corners: str) -> str:
    sides = zip(("xmin", "ymin", "xmax", "ymax"), corners, strict=True)
    inner = "".join(f"<{side}>{value}</{side}>" for side, value in sides)
    return f"\n<object><name>cat</name><bndbox>{inner}</bndbox></object>"


@pytest.mark.parametrize(
    ("corners", "code"),
    [
        (("1", "1", "x", "2"), "WRONG_TYPE"),
        (("1", "1", "", "2"), "WRONG_TYPE"),
        (("1", "1", "nan", "2"), "WRONG_TYPE"),
        (("1", "1", "1e999", "2"), "WRONG_TYPE"),
        (("1", "1", "1e10", "2"), "OUT_OF_RANGE"),
        (("3", "1", "1", "2"), "NEGATIVE_SIZE"),
    ],
)
def test_a_bad_voc_object_costs_itself_alone(
    tmp_path: Path, corners: tuple[str, ...], code: str
) -> None:
    path = written(
        tmp_path, voc(box("1", "2", "3", "4"), box(*corners), box("174.0", "2", "180,5", "4"))
    )

    dataset = read(path)

    assert dataset.labels.boxes.tolist() == [[1.0, 2.0, 2.0, 2.0], [174.0, 2.0, 6.5, 2.0]]
    [problem] = dataset.problems
    assert (problem.place, problem.item, problem.code) == ("line 4", "a.jpg", code)
    assert dataset.labels.problems == 1


def test_a_box_without_area_stays_and_is_told(tmp_path: Path) -> None:
    dataset = read(written(tmp_path, voc(box("1", "2", "1", "4"))))

    assert len(dataset.labels) == 1
    assert [(problem.code, problem.kept) for problem in dataset.problems] == [("ZERO_SIZE", True)]
    assert dataset.labels.problems == 0


def test_marks_that_have_no_column_are_counted(tmp_path: Path) -> None:
    marked = "<object><name>c</name><difficult>1</difficult><bndbox><xmin>0</xmin><ymin>0</ymin>"
    marked += "<xmax>1</xmax><ymax>1</ymax></bndbox></object>"

    dataset = read(written(tmp_path, voc(marked, marked)))

    assert [(loss.what, loss.count) for loss in dataset.unread] == [("difficult", 2)]


def test_what_an_object_holds_beside_its_box_is_told(tmp_path: Path) -> None:
    inner = "<pose>Left</pose><polygon><x1>1</x1></polygon><truncated>0</truncated>"
    plain = "<pose>Unspecified</pose><polygon/>"

    dataset = read(
        written(
            tmp_path,
            voc(
                *(
                    box("1", "2", "3", "4").replace("</name>", f"</name>{one}")
                    for one in (inner, plain)
                )
            ),
        )
    )

    assert [(loss.what, loss.count) for loss in dataset.unread] == [("polygon", 1), ("pose", 1)]


def test_xml_in_utf_16_is_told_by_its_first_element(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?>' + voc(box("1", "2", "3", "4"))

    assert len(read(written(tmp_path, text.encode("utf-16"))).labels) == 1


def cvat(inner: str) -> str:
    image = '<image id="0" name="a.jpg" width="4" height="3">'
    return f"<annotations>{image}\n{inner}</image></annotations>"


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        ('<box label="c" xtl="0" ytl="0" xbr="1"/>', "WRONG_TYPE"),
        ('<box label="" xtl="0" ytl="0" xbr="1" ybr="1"/>', "BAD_CLASS"),
        ('<box label="c" rotation="30" xtl="0" ytl="0" xbr="1" ybr="1"/>', "ROTATED"),
        ('<polygon label="c" points="1,2;3"/>', "ODD_POLYGON"),
        ('<mask label="c" rle="1, 2" left="0" top="0" width="2" height="2"/>', "BAD_MASK"),
        ('<mask label="c" rle="0, 4" left="3" top="0" width="2" height="2"/>', "BAD_MASK"),
        ('<mask label="c" rle="0.5,3.5" left="0" top="0" width="2" height="2"/>', "BAD_MASK"),
        ('<mask label="c" rle="" left="0" top="0" width="2" height="2"/>', "WRONG_TYPE"),
    ],
)
def test_a_bad_cvat_shape_costs_itself_alone(tmp_path: Path, shape: str, code: str) -> None:
    dataset = read(written(tmp_path, cvat(f'{shape}\n<tag label="good"/>')))

    assert dataset.labels.class_names == ("good",)
    assert [(problem.place, problem.code) for problem in dataset.problems] == [("line 2", code)]


def test_a_cvat_mask_lies_where_it_says(tmp_path: Path) -> None:
    shape = '<mask label="c" rle="1, 3" left="1" top="1" width="2" height="2"/>'

    dataset = read(written(tmp_path, cvat(shape)))

    assert dataset.outlines.runs(0).tolist() == [5, 1, 1, 2, 3]
    assert dataset.labels.boxes.tolist() == [[1.0, 1.0, 2.0, 2.0]]


def test_tracks_of_videos_are_refused_with_their_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="line 2: tracks"):
        read(written(tmp_path, "<annotations>\n<track id='0'></track></annotations>"))


def test_what_cvat_knows_of_a_machine_is_marked_as_its_own_tool_does(tmp_path: Path) -> None:
    growing = Growing()
    item = growing.item("a.png", width=8.0, height=6.0)
    growing.label(item, "cat", box=(1.0, 1.0, 2.0, 3.0), annotator="machine: d 1", score=0.5)
    growing.label(item, "cat", box=(1.0, 1.0, 2.0, 3.0), annotator="Ann")

    write(growing.dataset(), tmp_path / "out.xml", format=LabelFormat.CVAT)

    text = (tmp_path / "out.xml").read_text()
    assert text.count('source="auto"') == text.count('source="manual"') == 1
    assert '<attribute name="annotator">machine: d 1</attribute>' in text
    assert "<attribute><name>annotator</name>" in text
    assert "<attribute><name>score</name>" in text


def test_an_attribute_of_cvat_that_is_no_score_is_told_and_costs_no_label(tmp_path: Path) -> None:
    inner = '<attribute name="score">high</attribute><attribute name="colour">red</attribute>'
    box = f'<box label="cat" xtl="1" ytl="1" xbr="2" ybr="2">{inner}</box>'
    path = tmp_path / "a.xml"
    path.write_text(
        f'<annotations><image name="a" width="4" height="4">{box}</image></annotations>'
    )

    found = read(path)

    assert len(found.labels) == 1
    assert [(one.what, one.count) for one in found.unread] == [("attribute", 2)]
