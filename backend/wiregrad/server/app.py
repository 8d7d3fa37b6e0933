"""Puts the application together."""

from fastapi import FastAPI
from starlette.types import ASGIApp

from wiregrad.server.errors import OneErrorShape, install_error_handlers
from wiregrad.server.limits import DEFAULT_BODY
from wiregrad.server.page import Page
from wiregrad.server.routes import routers
from wiregrad.server.security.gate import Gate
from wiregrad.server.security.headers import SecurityHeaders
from wiregrad.server.security.hosts import HostAllowList
from wiregrad.server.services import Services
from wiregrad.server.settings import ServerSettings


def create_api() -> FastAPI:
    """The routes with their messages and errors, without what stands around them and behind them."""
    app = FastAPI(openapi_url=None, redirect_slashes=False, max_body_size=DEFAULT_BODY)
    for router in routers():
        app.include_router(router, prefix="/api")
    install_error_handlers(app)
    return app


def create_app(settings: ServerSettings, services: Services) -> ASGIApp:
    """The whole application around parts that the caller has opened and will close."""
    api = create_api()
    api.state.services = services
    api.router.default = Page()
    hosts = HostAllowList.of(settings.port, settings.allowed_hosts)
    return SecurityHeaders(Gate(OneErrorShape(api), hosts))
