"""Webhooks of a project, and what was sent to them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.orm import Session

from assay.service.actor import Actor
from assay.service.edge import ExpectedVersion, Require, Transaction, TransactionRoute, tag
from assay.service.jobs.tables import JobRow
from assay.service.paging import Stretch, page, stretch
from assay.service.projects import store as projects
from assay.service.schemas import Page
from assay.service.webhooks import actions, store
from assay.service.webhooks.events import EVENTS
from assay.service.webhooks.jobs import reason_of
from assay.service.webhooks.schemas import (
    EventKind,
    EventKinds,
    NewWebhook,
    Notice,
    Webhook,
    WebhookChange,
    WebhookWithSecret,
)
from assay.service.webhooks.tables import NoticeRow, WebhookRow

router = APIRouter(route_class=TransactionRoute, tags=["webhooks"])

Owner = Annotated[Actor, Depends(Require("webhooks.change"))]
Listed = Annotated[Stretch, Depends(stretch)]
State = Annotated[
    Literal["waiting", "sent", "dead", "dropped"] | None,
    Query(description="Only those that stand so."),
]


@router.get("/webhook-events")
def list_events(_: Owner) -> EventKinds:
    """List the events that can be subscribed to."""
    return EventKinds(
        events=[EventKind(name=event.name, summary=event.summary) for event in EVENTS]
    )


@router.post("/projects/{project}/webhooks", status_code=201)
def add(
    session: Transaction, actor: Owner, request: Request, project: str, body: NewWebhook
) -> WebhookWithSecret:
    """Add a webhook; its secret is in this answer and in no other."""
    row, secret = actions.add(
        session,
        actor,
        _shed(request),
        project,
        name=body.name,
        url=body.url,
        form=body.form,
        events=list(body.events),
    )
    return WebhookWithSecret(webhook=_webhook(row), secret=secret)


@router.get("/projects/{project}/webhooks")
def list_webhooks(session: Transaction, _: Owner, project: str, part: Listed) -> Page[Webhook]:
    """List the webhooks of a project."""
    projects.project(session, project)
    by = (WebhookRow.created, WebhookRow.id)
    return page(session, store.webhooks(project), part, by=by, shown=_webhook)


@router.get("/projects/{project}/webhooks/{webhook}")
def show(session: Transaction, _: Owner, project: str, webhook: str, response: Response) -> Webhook:
    """Show a webhook."""
    row = store.webhook(session, project, webhook)
    tag(response, row.version)
    return _webhook(row)


@router.patch("/projects/{project}/webhooks/{webhook}")
def change(
    session: Transaction,
    actor: Owner,
    request: Request,
    project: str,
    webhook: str,
    expected: ExpectedVersion,
    response: Response,
    body: WebhookChange,
) -> Webhook:
    """Change a webhook, or pause it."""
    changes = body.model_dump(exclude_none=True)
    row = actions.change(
        session, actor, _shed(request), project, webhook, expected=expected, changes=changes
    )
    tag(response, row.version)
    return _webhook(row)


@router.delete("/projects/{project}/webhooks/{webhook}", status_code=204)
def remove(session: Transaction, actor: Owner, project: str, webhook: str) -> None:
    """Remove a webhook; what waits for it is dropped."""
    actions.remove(session, actor, project, webhook)


@router.post("/projects/{project}/webhooks/{webhook}/secret", status_code=201)
def renew_secret(
    session: Transaction, actor: Owner, request: Request, project: str, webhook: str
) -> WebhookWithSecret:
    """Give a webhook another secret; it is in this answer and in no other."""
    row, secret = actions.renew_secret(session, actor, _shed(request), project, webhook)
    return WebhookWithSecret(webhook=_webhook(row), secret=secret)


@router.post("/projects/{project}/webhooks/{webhook}/trials", status_code=201)
def try_out(session: Transaction, actor: Owner, project: str, webhook: str) -> Notice:
    """Send a webhook a word, and see in its notices whether it arrives."""
    return _notice(session, actions.try_out(session, actor, project, webhook))


@router.get("/projects/{project}/webhooks/{webhook}/notices")
def list_notices(
    session: Transaction,
    _: Owner,
    project: str,
    webhook: str,
    part: Listed,
    state: State = None,
) -> Page[Notice]:
    """List what was sent to a webhook, and what could not be."""
    query = store.notices(store.webhook(session, project, webhook).id)
    if state is not None:
        query = query.where(NoticeRow.state == state)
    by = (NoticeRow.occurred, NoticeRow.id)
    return page(session, query, part, by=by, shown=lambda row: _notice(session, row))


@router.post("/projects/{project}/webhooks/{webhook}/notices/{notice}/repetition", status_code=201)
def repeat(session: Transaction, actor: Owner, project: str, webhook: str, notice: str) -> Notice:
    """Send a notice again that was set aside."""
    return _notice(session, actions.repeat(session, actor, project, webhook, notice))


def _shed(request: Request) -> actions.Shed:
    return actions.Shed(request.app.state.blobs, request.app.state.settings)


def _webhook(row: WebhookRow) -> Webhook:
    return Webhook(
        id=row.id,
        project=row.project_id,
        name=row.name,
        host=row.host,
        form=row.form,
        events=row.events,
        active=row.active,
        created=row.created,
        version=row.version,
    )


def _notice(session: Session, row: NoticeRow) -> Notice:
    job = session.get(JobRow, row.job_id) if row.job_id else None
    failed = job.error if job is not None and job.error else ""
    return Notice(
        id=row.id,
        event=row.event,
        subject=row.subject,
        text=row.text,
        state=row.state,
        attempts=job.attempts if job is not None else 0,
        status=row.status,
        reason=row.reason or (reason_of(failed) if failed else ""),
        occurred=row.occurred,
        ended=row.ended,
    )
