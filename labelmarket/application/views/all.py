"""Every view that the feed keeps."""

from typing import Any

from labelmarket.application.view import View
from labelmarket.application.views.batch_sheet import BatchSheet
from labelmarket.application.views.export_sheet import ExportSheet
from labelmarket.application.views.offer_board import OfferBoard
from labelmarket.application.views.order_sheet import OrderSheet
from labelmarket.application.views.project_page import ProjectPage
from labelmarket.application.views.provider_record import ProviderRecord

VIEWS: tuple[View[Any], ...] = (
    BatchSheet(),
    ExportSheet(),
    OfferBoard(),
    OrderSheet(),
    ProjectPage(),
    ProviderRecord(),
)
