"""What a folder of images tells about the items of a file."""

from pathlib import Path

from PIL import Image

from labelmarket.adapters.formats.image_folder import ImageFolder
from labelmarket.adapters.formats.reading import read
from labelmarket.bootstrap.offline.picturing import pictured

TURNED = 6


def read_names(path: Path, *names: str) -> list[list[float]]:
    """Give the sizes that the images beside `path` tell for items of these names."""
    path.write_text("text,label\n" + "".join(f"{name},cat\n" for name in names))
    sizes: list[list[float]] = pictured(
        read(path).items, ImageFolder(path.parent / "pictures")
    ).sizes.tolist()
    return sizes


def folder_of(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    (folder / "deep").mkdir(parents=True)
    return folder


def test_an_image_is_found_by_its_whole_name_or_by_its_last(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    Image.new("L", (4, 3)).save(folder / "deep" / "a.png")
    Image.new("L", (6, 5)).save(folder / "b.png")

    sizes = read_names(tmp_path / "a.csv", "deep/a.png", "a.png", "elsewhere/b.png", "c.png")

    assert sizes == [[4.0, 3.0], [4.0, 3.0], [6.0, 5.0], [0.0, 0.0]]


def test_a_last_name_that_is_there_twice_tells_nothing(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    Image.new("L", (4, 3)).save(folder / "a.png")
    Image.new("L", (6, 5)).save(folder / "deep" / "a.png")

    assert read_names(tmp_path / "a.csv", "other/a.png") == [[0.0, 0.0]]


def test_a_name_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    folder_of(tmp_path)
    Image.new("L", (4, 3)).save(tmp_path / "secret.png")

    assert read_names(tmp_path / "a.csv", "../secret.png") == [[0.0, 0.0]]


def test_a_photograph_on_its_side_is_measured_as_it_is_looked_at(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    image = Image.new("RGB", (40, 30))
    exif = image.getexif()
    exif[0x0112] = TURNED
    image.save(folder / "a.jpg", exif=exif)

    assert read_names(tmp_path / "a.csv", "a.jpg") == [[30.0, 40.0]]


def test_a_file_that_is_no_image_tells_nothing(tmp_path: Path) -> None:
    (folder_of(tmp_path) / "a.png").write_bytes(b"no image")

    assert read_names(tmp_path / "a.csv", "a.png") == [[0.0, 0.0]]


def test_files_of_one_length_get_a_digest_and_copies_the_same(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    for name, content in (("a", b"11"), ("b", b"11"), ("c", b"22"), ("d", b"333")):
        (folder / name).write_bytes(content)
    path = tmp_path / "a.csv"
    path.write_text("text,label\na,x\nb,x\nc,x\nd,x\n")

    a, b, c, d = pictured(read(path).items, ImageFolder(folder)).media.tolist()

    assert a == b != c
    assert any(c)
    assert not any(d)


def test_a_link_that_leads_nowhere_tells_nothing_and_one_file_is_no_copy_of_itself(
    tmp_path: Path,
) -> None:
    folder = folder_of(tmp_path)
    Image.new("L", (4, 3)).save(folder / "deep" / "a.png")
    (folder / "b.png").symlink_to(folder / "gone.png")
    path = tmp_path / "a.csv"
    path.write_text("text,label\ndeep/a.png,cat\na.png,cat\nb.png,cat\n")

    items = pictured(read(path).items, ImageFolder(folder))

    assert items.sizes.tolist() == [[4.0, 3.0], [4.0, 3.0], [0.0, 0.0]]
    assert not items.media.any()
