"""What the labels of a project's tasks speak of, by the task types that the market knows."""

from collections.abc import Iterable

from labelmarket.application.labels import KINDS, LabelKind, UnreadableFile
from labelmarket.application.market import Market
from labelmarket.domain.taxonomy import BUILT_IN, TAXONOMY_ID, Taxonomy


def kinds_of(market: Market, task_types: Iterable[str]) -> tuple[LabelKind, ...]:
    """Give the kinds of labels that these tasks ask for, each once.

    Raises UnreadableFile when labels of none of these tasks can be read.
    """
    wanted = list(dict.fromkeys(task_types))
    found = [KINDS.get(_schema(market, code)) for code in wanted]
    kinds = tuple(dict.fromkeys(kind for kind in found if kind is not None))
    if not kinds:
        raise UnreadableFile(
            code="TASK_NOT_READ",
            message=f"labels of such tasks are not read yet: {', '.join(wanted) or 'none'}",
        )
    return kinds


def kind_of(market: Market, task_type: str) -> LabelKind:
    """Give the kind of labels that a task asks for. Raises UnreadableFile as `kinds_of` does."""
    (kind,) = kinds_of(market, (task_type,))
    return kind


def _schema(market: Market, code: str) -> str:
    if code in BUILT_IN:
        return BUILT_IN[code].label_schema
    taxonomy = market.find(Taxonomy, TAXONOMY_ID)
    known = None if taxonomy is None else taxonomy.known(code)
    return "" if known is None else known.label_schema
