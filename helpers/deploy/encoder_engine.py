"""A tuned encoder in a process of its own, reached over 127.0.0.1 with a key that only this process knows.

Only the child loads torch; it ends when its parent closes its standard input. Text is never logged.
"""

import argparse
import os
import sys
import threading
import time
from pathlib import Path

import pandas as pd
from fastapi import Depends, FastAPI
from pydantic import BaseModel, ConfigDict, Field
from tqdm.auto import tqdm

from helpers.core.errors import ClinTuneError, RecordError, StageError
from helpers.deploy import access, child, listening, responder
from helpers.deploy.bundle import Bundle


class Asked(BaseModel):
    """What `POST /answer` takes."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    text: str = Field(min_length=1)


class EncoderEngine:
    """One encoder behind one small server; start it with `with EncoderEngine(folder) as engine:`."""

    def __init__(self, folder: Path, *, threads: int | None = None, start_timeout_s: float = 120.0) -> None:
        """Describe an engine; nothing runs until `start`.

        Args:
            folder: Of the bundle, or what `lm.encoders.save` wrote.
            threads: Of the matrix products; None takes every core.
            start_timeout_s: Seconds to wait for the model to load.
        """
        self.folder = Path(folder).resolve()
        arguments = ["--folder", str(self.folder), "--threads", str(threads or os.cpu_count() or 1)]
        self._private = child.Private(__name__, arguments, timeout_s=start_timeout_s)

    def start(self) -> "EncoderEngine":
        """Start the server and wait until it answers.

        Raises:
            StageError: If it did not come up; it names the log's last lines.
        """
        self._private.start()
        return self

    def stop(self) -> None:
        """Stop the server and delete its log; harmless when it is not running."""
        self._private.stop()

    def __enter__(self) -> "EncoderEngine":
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def is_healthy(self) -> bool:
        """Whether the process runs and answers."""
        return self._private.is_healthy

    def ask(self, text: str) -> dict:
        """Answer one prepared text: the fields of `lm.encoders.Found`.

        Raises:
            StageError: If the engine is not running, does not answer, or refuses.
        """
        answer = self._private.post("/answer", {"text": text})
        if answer.status_code != 200:
            raise StageError("The serving engine refused a request", found=f"HTTP {answer.status_code}")
        return answer.json()


class EncoderResponder:
    """A bundle on a running encoder; a text over its limit is cut, as it is in training and evaluation."""

    def __init__(self, bundle: Bundle, engine: EncoderEngine) -> None:
        """Take a bundle from `bundle.load` and an engine that runs on its folder."""
        self.bundle = bundle
        self.engine = engine

    def answer(self, text: str) -> responder.Answer:
        """Answer one prepared text.

        Raises:
            RecordError: If it is empty.
            StageError: If the engine fails.
        """
        if not text.strip():
            raise RecordError("There is no clinical text to answer", found="nothing after preparation")
        began = time.perf_counter()
        found = self.engine.ask(text)
        return responder.Answer(
            text=found["text"],
            label=found["label"],
            probabilities=found["probabilities"],
            confidence=found["confidence"],
            margin=found["margin"],
            prompt_tokens=found["tokens"],
            answer_tokens=len(found["text"].splitlines()),
            requests=1,
            latency_s=time.perf_counter() - began,
        )

    def predict(self, records: pd.DataFrame) -> pd.DataFrame:
        """Answer prepared records, for comparison with 05.

        Returns:
            A prediction frame in the order of `records`.
        """
        texts = tqdm(records["text"], desc="served", unit="record", leave=False)
        return responder.frame([self.answer(text) for text in texts], records, model=self.bundle.model_name)


def _serve(arguments: argparse.Namespace) -> int:
    from helpers.lm import encoders  # only the child process loads torch

    try:
        encoder = encoders.load(arguments.folder, threads=arguments.threads)
    except ClinTuneError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    lock = threading.Lock()
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/answer", dependencies=[Depends(access.requires(os.environ[child.KEY]))])
    def answer(asked: Asked) -> encoders.Found:
        with lock:
            return encoders.ask(encoder, [asked.text])[0]

    listening.listen(app).run(arguments.address_file)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m helpers.deploy.encoder_engine", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="folder of a tuned encoder")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--address-file", type=Path, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(_serve(_arguments()))
