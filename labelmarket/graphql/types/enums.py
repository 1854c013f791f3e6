"""The domain's enumerations, made known to the schema under their own names."""

from enum import StrEnum

import strawberry

from labelmarket.application.commands.orders import ExhaustedAnswer
from labelmarket.domain.access_token import Role
from labelmarket.domain.label_batch_facts import BatchStatus
from labelmarket.domain.offer import DeclineReason, OfferStatus
from labelmarket.domain.project_facts import ProjectStatus
from labelmarket.domain.provider import Standing
from labelmarket.domain.routing import Route
from labelmarket.domain.values import Priority, Workforce
from labelmarket.domain.work_order_facts import OrderStatus


class ReportOf(StrEnum):
    """What a report speaks of."""

    DELIVERED = "delivered"
    GOLD = "gold"


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
strawberry.enum(ExhaustedAnswer, description="What to do when nobody is left to ask.")
strawberry.enum(ReportOf, description="The labels that were delivered, or the true ones.")
