"""The domain's enumerations, made known to the schema under their own names."""

from enum import StrEnum

import strawberry

from labelmarket.application.commands.orders import ExhaustedAnswer
from labelmarket.application.delivered import Maker
from labelmarket.domain.access_token import Role
from labelmarket.domain.label_batch_facts import BatchStatus
from labelmarket.domain.label_export import ExportStatus
from labelmarket.domain.label_format import LabelFormat
from labelmarket.domain.offer import DeclineReason, OfferStatus
from labelmarket.domain.project_facts import ProjectStatus
from labelmarket.domain.provider import Standing
from labelmarket.domain.routing import Route
from labelmarket.domain.suggestion import SuggestionKind
from labelmarket.domain.values import Priority, Workforce
from labelmarket.domain.work_order_facts import OrderStatus


class ReportOf(StrEnum):
    """What a report speaks of."""

    DELIVERED = "delivered"
    GOLD = "gold"


class ReportSection(StrEnum):
    """A part of a report that labels of its kind have."""

    CLASSES = "classes"
    COOCCURRENCE = "cooccurrence"
    DENSITY = "density"
    LOCATION = "location"
    SHAPES = "shapes"
    HEALTH = "health"
    ADVICE = "advice"
    QUALITY = "quality"


class QualityGeometry(StrEnum):
    """What was compared with the true labels."""

    BOX = "box"
    MASK = "mask"
    ITEM = "item"


class QualityMetric(StrEnum):
    """The figure of a class that has an interval."""

    AP = "ap"
    F1 = "f1"
    PRECISION = "precision"
    ACCURACY = "accuracy"


class PairOrder(StrEnum):
    """How pairs of classes stand in a list."""

    NAME = "name"
    IMAGES = "images"
    LIFT = "lift"


class Quadrant(StrEnum):
    """A quarter of the image."""

    TOP_LEFT = "TOP_LEFT"
    TOP_RIGHT = "TOP_RIGHT"
    BOTTOM_LEFT = "BOTTOM_LEFT"
    BOTTOM_RIGHT = "BOTTOM_RIGHT"


class HealthCheck(StrEnum):
    """What dataset health looks for."""

    ROWS_LOST = "ROWS_LOST"
    IMAGES_WITHOUT_LABELS = "IMAGES_WITHOUT_LABELS"
    IMAGES_OF_UNKNOWN_SIZE = "IMAGES_OF_UNKNOWN_SIZE"
    IMAGES_OF_ZERO_SIZE = "IMAGES_OF_ZERO_SIZE"
    DUPLICATE_IMAGES = "DUPLICATE_IMAGES"
    CLASSES_WITHOUT_LABELS = "CLASSES_WITHOUT_LABELS"
    CLASSES_IN_FEW_IMAGES = "CLASSES_IN_FEW_IMAGES"
    BOXES_OF_ZERO_SIZE = "BOXES_OF_ZERO_SIZE"
    BOXES_OFF_IMAGE = "BOXES_OFF_IMAGE"
    BOXES_OUTSIDE = "BOXES_OUTSIDE"
    EXACT_DUPLICATES = "EXACT_DUPLICATES"
    NEAR_DUPLICATES = "NEAR_DUPLICATES"
    ODD_SIZES = "ODD_SIZES"
    ODD_ASPECTS = "ODD_ASPECTS"


class AdviceAction(StrEnum):
    """What a report may advise to do next."""

    REVIEW_LOST_ROWS = "REVIEW_LOST_ROWS"
    CHECK_IMAGES = "CHECK_IMAGES"
    CHECK_BOXES = "CHECK_BOXES"
    LABEL_IMAGES = "LABEL_IMAGES"
    COLLECT_CLASS = "COLLECT_CLASS"
    COLLECT_WITHOUT = "COLLECT_WITHOUT"
    SPREAD_CLASS = "SPREAD_CLASS"
    VARY_LOCATION = "VARY_LOCATION"


class EvidenceKind(StrEnum):
    """What a query gives."""

    IMAGES = "images"
    LABELS = "labels"


strawberry.enum(Role, description="What a token may do.")
strawberry.enum(Workforce, description="Who does a provider's labeling.")
strawberry.enum(Standing, description="Whether a provider is shown and asked: only when LISTED.")
strawberry.enum(ProjectStatus, description="How far a project is.")
strawberry.enum(
    OrderStatus,
    description="How far a work order is. EXHAUSTED: everybody ranked was asked, nobody took it.",
)
strawberry.enum(
    OfferStatus, description="How an offer stands. LOST: somebody else was asked and was first."
)
strawberry.enum(BatchStatus, description="How far a label batch is.")
strawberry.enum(DeclineReason, description="Why a provider declines.")
strawberry.enum(Priority, description="What a customer may care about most.")
strawberry.enum(Route, description="Who labels a class.")
strawberry.enum(
    SuggestionKind,
    description="How a suggested name relates to the class. SAME_NAME: case, blanks or hyphens "
    "differ. SPELLING: British or American. BROADER: the class is a kind of it. NARROWER: it is a "
    "kind of the class. RESERVED: the name of what is no object.",
)
strawberry.enum(ExhaustedAnswer, description="What to do when nobody is left to ask.")
strawberry.enum(ReportOf, description="The labels that were delivered, or the true ones.")
strawberry.enum(
    ReportSection, description="A part of a report; the lists of the parts not named are empty."
)
strawberry.enum(QualityGeometry, description="What was compared: boxes, masks or whole items.")
strawberry.enum(QualityMetric, description="The figure of a class that has an interval.")
strawberry.enum(PairOrder, description="How pairs stand: by name, or the largest first.")
strawberry.enum(Quadrant, description="A quarter of the image.")
strawberry.enum(
    HealthCheck,
    description="What dataset health looks for. ROWS_LOST: left out, each with its reason. "
    "BOXES_OUTSIDE: more than a pixel beyond the image. BOXES_OFF_IMAGE: with nothing on it. "
    "ODD_SIZES and ODD_ASPECTS: three times as far from the middle half of the class as that is "
    "wide, or farther.",
)
strawberry.enum(
    AdviceAction,
    description="What to do next. COLLECT_WITHOUT: images with the first class and without the "
    "second. SPREAD_CLASS: few images hold most of it. VARY_LOCATION: most of it lies in one "
    "quadrant.",
)
strawberry.enum(EvidenceKind, description="What a query gives.")
strawberry.enum(
    LabelFormat,
    name="ExportFormat",
    description="How labels are written. YOLO and VOC are archives. NATIVE loses nothing; every "
    "other format tells what it has no place for.",
)
strawberry.enum(ExportStatus, description="How far an export is.")
strawberry.enum(Maker, description="Who makes labels.")
