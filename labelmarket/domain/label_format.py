"""The formats in which labels come, and go."""

from enum import StrEnum


class LabelFormat(StrEnum):
    COCO = "coco"
    COCO_RESULTS = "coco-results"
    YOLO = "yolo"
    VOC = "voc"
    CSV = "csv"
    JSON_LINES = "jsonl"
    LABEL_STUDIO = "label-studio"
    CVAT = "cvat"
    NATIVE = "native"
