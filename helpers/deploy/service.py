"""A thin web service around one bundle: it answers, checks a key, limits the size, and logs features but never text."""

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from helpers.clinical import mentions
from helpers.core import paths
from helpers.core.errors import ClinTuneError, RecordError, StageError
from helpers.deploy import access, cds_hooks, child, listening, responder, serving
from helpers.deploy import bundle as bundles
from helpers.deploy.request_log import RequestLog

MAX_REQUEST_BYTES = 256 * 1024

_BATCH = re.compile(r"[A-Za-z0-9 _.-]{1,40}")


class Question(BaseModel):
    """What `POST /predict` takes."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    text: str = Field(min_length=1, description="A note, or its clinical sections.")


class Mention(BaseModel):
    """What was found in a text, and where: characters of the text as it was sent, `end` exclusive, null if not there."""

    text: str
    start: int | None
    end: int | None


class Reply(BaseModel):
    """What `POST /predict` gives."""

    label: str
    text: str
    probabilities: dict[str, float]
    mentions: list[Mention]  # of an extraction
    confidence: float
    margin: float
    model: str
    standing: str
    caution: str
    latency_s: float


def create_app(
    bundle_folder: Path,
    *,
    engine: Any,
    key: str,
    prepare: Callable[[str], str] | None = None,
    request_log: Path | None = None,
    max_request_bytes: int = MAX_REQUEST_BYTES,
) -> FastAPI:
    """Build the application: `/health`, `/predict` and the CDS Hooks service.

    Args:
        bundle_folder: From `bundle.write`.
        engine: From `serving.engine`, running.
        key: Asked for as `X-API-Key` or as bearer token, by everything but `/health` and CDS Hooks discovery.
        prepare: From a request's text to the model's input; the bundle's own steps when None.
        request_log: JSON lines of features for monitoring (no text); None writes none.
        max_request_bytes: Longer requests get 413.

    Raises:
        StageError: If the bundle is not whole.
    """
    bundle = bundles.load(bundle_folder)
    model = serving.responder(bundle, engine)
    prepare = prepare or responder.preparation(bundle)
    log = RequestLog(request_log)
    authorise = access.requires(key)
    app = FastAPI(title=f"ClinTune: {bundle.title}", description=bundle.caution, docs_url=None, redoc_url=None)
    app.add_middleware(access.SizeLimit, max_bytes=max_request_bytes)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ClinTuneError, _refused)

    def ask(text: str, batch: str) -> responder.Answer:
        prepared = prepare(text)
        answer = model.answer(prepared)
        log.add(batch, prepared, answer)
        return answer

    @app.get("/health")
    def health() -> JSONResponse:
        healthy = engine.is_healthy
        return JSONResponse({"status": "ok" if healthy else "engine down"}, 200 if healthy else 503)

    @app.post("/predict", dependencies=[Depends(authorise)])
    def predict(question: Question, x_batch: Annotated[str, Header()] = "") -> Reply:
        if x_batch and not _BATCH.fullmatch(x_batch):
            raise HTTPException(422, "X-Batch takes up to 40 letters, digits, blanks, dots, dashes and underscores.")
        answer = ask(question.text, x_batch)
        return Reply(
            label=answer.label,
            text=answer.text,
            probabilities=answer.probabilities,
            mentions=_mentions(answer.text, question.text) if bundle.kind == "extraction" else [],
            confidence=answer.confidence,
            margin=answer.margin,
            model=bundle.model_name,
            standing=bundle.standing,
            caution=bundle.caution,
            latency_s=answer.latency_s,
        )

    app.include_router(
        cds_hooks.router(bundle, ask=lambda text: ask(text, "cds-hooks"), authorise=authorise, log=log.write)
    )
    return app


@dataclass
class Running:
    """A service in a process of its own."""

    address: str
    key: str
    request_log: Path
    _child: child.Child
    _folder: Path

    def stop(self) -> None:
        """Stop the service and its engine."""
        self._child.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> "Running":
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()


def start(
    bundle_folder: Path,
    *,
    request_log: Path,
    threads: int | None = None,
    start_timeout_s: float = 180.0,
) -> Running:
    """Start `python -m helpers.deploy.service` on a free port of 127.0.0.1 and wait until it answers.

    Raises:
        StageError: If it does not come up.
    """
    key, _ = access.api_key()
    folder = Path(tempfile.mkdtemp(prefix="clintune-service-"))
    arguments = ["--bundle", str(Path(bundle_folder).resolve()), "--port", "0"]
    arguments += ["--request-log", str(request_log.resolve())]
    arguments += ["--threads", str(threads)] if threads else []
    try:
        found = child.start("helpers.deploy.service", arguments, folder=folder, timeout_s=start_timeout_s)
    except StageError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Running(found.address, key, request_log, found, folder)


def _mentions(answer: str, text: str) -> list[Mention]:
    return [Mention(**found._asdict()) for found in mentions.locate(mentions.read(answer), text)]


def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    """Say which field is wrong and how, without the input."""
    problems = [{"field": ".".join(map(str, item["loc"])), "problem": item["type"]} for item in error.errors()]
    return JSONResponse({"detail": problems}, 422)


def _refused(request: Request, error: ClinTuneError) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 422 if isinstance(error, RecordError) else 503)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m helpers.deploy.service", description=__doc__)
    parser.add_argument("--bundle", type=Path, required=True, help="folder with serving.json")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; there is no TLS here")
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free port")
    parser.add_argument("--threads", type=int, help="of the engine; all cores if not given")
    parser.add_argument(
        "--request-log", type=Path, help="JSON lines for monitoring; outputs/requests/RUN.jsonl if not given"
    )
    parser.add_argument("--address-file", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _main(arguments: argparse.Namespace) -> int:
    try:
        bundle = bundles.load(arguments.bundle)
        key, key_path = access.api_key()
        engine = serving.engine(bundle, threads=arguments.threads).start()
    except ClinTuneError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    try:
        app = create_app(
            arguments.bundle,
            engine=engine,
            key=key,
            request_log=arguments.request_log or paths.outputs() / "requests" / f"{bundle.run_id}.jsonl",
        )
        service = listening.listen(app, host=arguments.host, port=arguments.port)
        _print_usage(bundle, service.address, key_path)
        service.run(arguments.address_file)
    finally:
        engine.stop()
    return 0


def _print_usage(bundle: bundles.Bundle, address: str, key_path: Path) -> None:
    print(f"{bundle.title}: {bundle.model_name} ({bundle.standing}) on {address}")
    print(f"Caution: {bundle.caution}")
    print("Call it:")
    print(f'  curl -s {address}/predict -H "X-API-Key: $(cat {key_path})" -H "Content-Type: application/json" \\')
    print('    -d \'{"text": "Findings: ataxia, hypotonia, nystagmus."}\'')
    print(f"CDS Hooks discovery: {address}/cds-services", flush=True)


if __name__ == "__main__":
    sys.exit(_main(_arguments()))
