"""The built page: files that never change under their name, and one index that is always asked for anew."""

from pathlib import Path, PurePosixPath

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

BUILT_PAGE = Path(__file__).parent / "static"
HASHED_FOLDER = "assets"
FOREVER = "public, max-age=31536000, immutable"
ASK_ALWAYS = "no-cache"

NOT_BUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Wiregrad: the page is not built</title>
<h1>The page is not built</h1>
<p>Wiregrad's server is running, but this installation has no built page.</p>
<p>In a clone of the repository, build it with <code>uv sync --reinstall-package wiregrad</code>,
or with <code>npm ci</code> and <code>npm run build</code> in <code>frontend/</code>.
Then reload this page.</p>
<p>The API works without it: <a href="/api/health">/api/health</a>.</p>
</html>
"""


class Page(StaticFiles):
    """Serves the built page. Addresses that name no file get the index, which routes in the browser."""

    def __init__(self, folder: Path = BUILT_PAGE) -> None:
        super().__init__(directory=folder, check_dir=False)
        self._folder = folder

    async def check_config(self) -> None:
        """An installation may have no built page; it is looked for with each request."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        if scope["path"].startswith("/api"):
            raise HTTPException(404)
        if not (self._folder / "index.html").is_file():
            return HTMLResponse(NOT_BUILT, headers={"cache-control": ASK_ALWAYS})
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or PurePosixPath(path).suffix:  # noqa: PLR2004
                raise
            path, response = "index.html", await super().get_response("index.html", scope)
        hashed = PurePosixPath(path).parts[:1] == (HASHED_FOLDER,)
        response.headers["cache-control"] = FOREVER if hashed else ASK_ALWAYS
        return response
