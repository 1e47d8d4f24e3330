"""The application: settings, database, workers and the routes of all areas, put together."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from anyio import CapacityLimiter
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from assay.service.acceptance import routes as acceptance
from assay.service.accounts import factor_routes as factors
from assay.service.accounts import oidc_routes as oidc
from assay.service.accounts import routes as accounts
from assay.service.accounts import session_routes as sessions
from assay.service.accounts.knocking import Knocks, Refusals
from assay.service.accounts.provider import Provider
from assay.service.assets import routes as assets
from assay.service.audit import routes as audit
from assay.service.audit.anchoring import Anchoring
from assay.service.batches import routes as batches
from assay.service.batches import vendor_routes as vendor_batches
from assay.service.billing import routes as billing
from assay.service.billing import vendor_routes as own_billing
from assay.service.database import Database
from assay.service.deliveries import routes as deliveries
from assay.service.deliveries import vendor_routes as vendor_deliveries
from assay.service.documentation import documentation
from assay.service.edge import Anybody, Gate, Require
from assay.service.gold import routes as gold
from assay.service.headers import Headers
from assay.service.insights import routes as insights
from assay.service.jobs.kind import Workbench
from assay.service.jobs.kinds import BY_NAME, SCHEDULE
from assay.service.jobs.worker import Worker
from assay.service.migrations import upgrade
from assay.service.openapi import describe, operation_id
from assay.service.operations import routes as operations
from assay.service.operations.housekeeping import Housekeeping
from assay.service.operations.metrics import Measured, Metrics
from assay.service.pilots import routes as pilots
from assay.service.problems import add_problem_handlers
from assay.service.projects import guideline_routes as guidelines
from assay.service.projects import routes as projects
from assay.service.projects import vendor_routes as own_guidelines
from assay.service.questions import routes as questions
from assay.service.questions import vendor_routes as own_questions
from assay.service.receiving import KEPT_AT_ONCE
from assay.service.reports import routes as reports
from assay.service.review import routes as review
from assay.service.settings import Settings
from assay.service.storage.opening import open_blobs
from assay.service.summaries import routes as summaries
from assay.service.vendors import routes as vendors
from assay.service.vendors import vendor_routes as own_vendors
from assay.service.webhooks import routes as webhooks

#: The routes of every area, in the order of the API's documentation.
ROUTERS: tuple[APIRouter, ...] = (
    sessions.router,
    oidc.router,
    accounts.router,
    factors.router,
    oidc.people,
    operations.probes,
    operations.router,
    audit.router,
    projects.router,
    assets.router,
    assets.uploads,
    guidelines.router,
    guidelines.uploads,
    own_guidelines.router,
    gold.router,
    gold.uploads,
    questions.router,
    summaries.router,
    webhooks.router,
    own_questions.router,
    batches.router,
    vendor_batches.router,
    pilots.router,
    deliveries.router,
    review.router,
    acceptance.router,
    insights.router,
    reports.router,
    vendor_deliveries.router,
    vendor_deliveries.parts,
    vendors.router,
    own_vendors.router,
    billing.router,
    own_billing.router,
)

API = "/api/v1"


def create_app(settings: Settings) -> FastAPI:
    """Return the application.

    Its database is brought up to date here, so that nothing is served from an old one; its workers
    start with the server and end with it.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.database)
    upgrade(database)
    app = FastAPI(
        title="Assay",
        version="1",
        summary="The buyer's side of outsourced pixel labels.",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        # A redirection would be to where the request says that it was sent to, and a token with it.
        redirect_slashes=False,
        lifespan=_lifespan,
        generate_unique_id_function=operation_id,
    )
    app.state.settings = settings
    app.state.database = database
    app.state.metrics = Metrics()
    app.state.anchoring = Anchoring.of(settings, database)
    app.state.knocks = Knocks(settings.logins_per_minute)
    app.state.refusals = Refusals()
    app.state.provider = Provider.of(settings)
    app.state.blobs = open_blobs(
        settings.storage, settings.key_file, endpoint=settings.storage_endpoint
    )
    app.state.housekeeping = Housekeeping(database, app.state.blobs, app.state.metrics)
    bench = Workbench(database, app.state.blobs, settings)
    app.state.worker = Worker(bench, BY_NAME, threads=settings.workers, schedule=SCHEDULE)
    for router in ROUTERS:
        app.include_router(router, prefix=API)
    _check_rights()
    describe(app, ((f"{API}{route.path}", route, demanded(route)) for route in api_routes()))
    app.add_route("/docs", documentation(app), include_in_schema=False)
    add_problem_handlers(app)
    app.add_middleware(Measured, metrics=app.state.metrics)
    app.add_middleware(Headers)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.gate = Gate(app.state.database)
    app.state.receivers = CapacityLimiter(KEPT_AT_ONCE)
    app.state.worker.start()
    if app.state.settings.anchor_seconds:
        app.state.anchoring.start(app.state.settings.anchor_seconds)
    app.state.housekeeping.start()
    try:
        yield
    finally:
        app.state.worker.stop()
        app.state.housekeeping.stop()
        app.state.anchoring.stop()
        app.state.database.close()


def demanded(route: APIRoute) -> Require | Anybody | None:
    """Return what a route demands of whoever calls it."""
    for dependency in route.dependant.dependencies:
        if isinstance(dependency.call, Require | Anybody):
            return dependency.call
    return None


def right_of(route: APIRoute) -> str | None:
    """Return the right that a route demands; None where it needs no account."""
    demand = demanded(route)
    return demand.right if isinstance(demand, Require) else None


def api_routes() -> Iterator[APIRoute]:
    """Yield every route of the API; those of FastAPI itself are no part of it."""
    for router in ROUTERS:
        yield from (route for route in router.routes if isinstance(route, APIRoute))


def _check_rights() -> None:
    bare = [route.path for route in api_routes() if demanded(route) is None]
    if bare:
        raise AssertionError(f"These routes do not say who may call them: {', '.join(bare)}")
