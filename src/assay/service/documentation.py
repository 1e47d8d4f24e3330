"""The API as a page that people read; it loads nothing, so it can be read anywhere."""

from collections.abc import Callable
from functools import cache

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from assay.render.api.page import api_page
from assay.service.headers import PAGE_HEADERS


def documentation(app: FastAPI) -> Callable[[Request], Response]:
    """Return what answers a request for the page of an application's API."""

    @cache
    def page() -> str:
        return api_page(app.openapi(), address=str(app.openapi_url))

    def show(_: Request) -> Response:
        return HTMLResponse(page(), headers=PAGE_HEADERS)

    return show
