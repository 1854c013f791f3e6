"""Puts together what the API stands on."""

import os
import secrets
from pathlib import Path

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.blobs.uploads import Uploads
from labelmarket.adapters.class_lists.suggester import ListedSuggester
from labelmarket.adapters.clock import new_id
from labelmarket.adapters.label_checks import BlobLabelChecks
from labelmarket.adapters.label_files import BlobLabelFiles
from labelmarket.adapters.lookups import Lookups
from labelmarket.adapters.machine_labels import BlobMachineLabels
from labelmarket.adapters.oracles.predictions import BlobPredictionFiles
from labelmarket.adapters.postgres.log import PostgresLog
from labelmarket.adapters.postgres.view_table import ViewReads
from labelmarket.adapters.postgres.waiting import ViewsReach
from labelmarket.application.authentication import Authentication
from labelmarket.application.checks import Checking
from labelmarket.application.exporting import Exporting
from labelmarket.application.intake import Intake
from labelmarket.application.launching import Launching
from labelmarket.application.office import Links, Office
from labelmarket.application.previewing import Previewing
from labelmarket.application.recommend import Recommender
from labelmarket.application.suggesting import Suggesting
from labelmarket.application.views.batch_sheet import BatchSheet
from labelmarket.application.views.export_sheet import ExportSheet
from labelmarket.application.views.offer_board import OfferBoard
from labelmarket.application.views.order_sheet import OrderSheet
from labelmarket.application.views.project_page import ProjectPage
from labelmarket.application.views.provider_record import ProviderRecord
from labelmarket.bootstrap.core import Core
from labelmarket.workers.estimates import estimate_providers

SECRET_BYTES = 32


def build_office(core: Core, *, blobs: LocalBlobs, uploads: Uploads, links: Links) -> Office:
    """The market as the API sees it, on one open core."""
    pool, files, machine = core.pool, BlobLabelFiles(blobs), BlobMachineLabels(blobs)
    projects, orders = ViewReads(pool, ProjectPage()), ViewReads(pool, OrderSheet())
    batches, providers = ViewReads(pool, BatchSheet()), ViewReads(pool, ProviderRecord())
    recommend = Recommender(
        projects=projects,
        orders=orders,
        providers=providers,
        batches=batches,
        estimates=estimate_providers,
        now=core.clock,
    )
    return Office(
        market=core.market,
        mapper=core.mapper,
        authenticate=Authentication(market=core.market, now=core.clock),
        suggesting=Suggesting(market=core.market, suggester=ListedSuggester()),
        intake=Intake(
            market=core.market,
            files=files,
            blobs=blobs,
            uploads=uploads,
            predictions=BlobPredictionFiles(blobs),
        ),
        launch=Launching(market=core.market, machine=machine),
        export=Exporting(market=core.market, blobs=blobs, batches=batches),
        checking=Checking(market=core.market, batches=batches, files=BlobLabelChecks(blobs)),
        machine=machine,
        preview=Previewing(
            market=core.market,
            machine=machine,
            recommend=recommend,
            projects=projects,
            orders=orders,
            now=core.clock,
        ),
        recommend=recommend,
        projects=projects,
        orders=orders,
        offers=ViewReads(pool, OfferBoard()),
        batches=batches,
        exports=ViewReads(pool, ExportSheet()),
        providers=providers,
        log=PostgresLog(pool),
        reach=ViewsReach(pool, core.bell),
        bell=core.bell,
        files=files,
        lookups=Lookups(blobs),
        blobs=blobs,
        links=links,
        now=core.clock,
        new_id=new_id,
    )


def signing_secret(data: Path) -> bytes:
    """The secret that links are signed with: made once, and kept with the market's files."""
    place = data / "secrets" / "links"
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
    return place.read_bytes()
