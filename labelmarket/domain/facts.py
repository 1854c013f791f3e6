"""Every kind of fact there is, by the name that it is stored under for ever."""

from labelmarket.domain import (
    access_token,
    label_batch_facts,
    label_export,
    offer,
    oracle_facts,
    project_class_facts,
    project_facts,
    project_slot_facts,
    provider,
    provider_load,
    taxonomy,
    work_order_facts,
)
from labelmarket.domain.aggregate import Fact

_ROOMS = (
    access_token,
    label_batch_facts,
    label_export,
    offer,
    oracle_facts,
    project_class_facts,
    project_facts,
    project_slot_facts,
    provider,
    provider_load,
    taxonomy,
    work_order_facts,
)

FACTS: dict[str, type[Fact]] = {
    kind.TOPIC: kind
    for room in _ROOMS
    for kind in vars(room).values()
    if isinstance(kind, type) and issubclass(kind, Fact) and "TOPIC" in vars(kind)
}
"""Topic → class. A topic that is not here is never resolved by importing what it names."""
