"""Who may ask, and how much at once: the API key and the size limit of the service."""

import hmac
import os
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

from fastapi import Header, HTTPException
from fastapi.responses import JSONResponse

from helpers.core import paths
from helpers.core.errors import StageError


def api_key(path: Path | None = None) -> tuple[str, Path]:
    """Read the service's key, or create it: a file of mode 0600 outside `outputs/`.

    Raises:
        StageError: If others can read the file.
    """
    path = path or paths.secrets() / "service.key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise StageError(
                f"Others can read {path.name}",
                found=oct(path.stat().st_mode & 0o777),
                expected="0o600",
                remedy="delete the file: the service writes a new key",
            ) from None
        return path.read_text(encoding="utf-8").strip(), path
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(32) + "\n")
    return path.read_text(encoding="utf-8").strip(), path


def requires(key: str) -> Callable[..., None]:
    """A FastAPI dependency that refuses callers who do not give `key` as `X-API-Key` or as bearer token."""

    def authorise(
        x_api_key: Annotated[str | None, Header()] = None, authorization: Annotated[str | None, Header()] = None
    ) -> None:
        given = x_api_key or (authorization or "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), key.encode()):
            raise HTTPException(401, "The API key is missing or wrong.", {"WWW-Authenticate": "Bearer"})

    return authorise


class SizeLimit:
    """ASGI middleware: reads a request up to a limit before anything else sees it."""

    def __init__(self, app: Callable[..., Awaitable[None]], max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        """Pass a request on, or answer 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._max_bytes:
                refusal = JSONResponse({"detail": f"A request has at most {self._max_bytes} bytes."}, 413)
                await refusal(scope, receive, send)
                return
        waiting = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> dict:
            return waiting.pop() if waiting else await receive()

        await self._app(scope, replay, send)
