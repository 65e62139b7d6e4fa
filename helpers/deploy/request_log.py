"""What the service remembers of a request: counts, label, confidence and time, nothing of the text."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from helpers.deploy.responder import Answer


class RequestLog:
    """Appends one JSON line an event; one writer at a time."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)

    def add(self, batch: str, prepared: str, answer: Answer) -> None:
        """Write the features of one answered request."""
        letters = [character for character in prepared if character.isalpha()]
        self.write(
            {
                "event": "prediction",
                "batch": batch,
                "prompt_tokens": answer.prompt_tokens,
                "answer_tokens": answer.answer_tokens,
                "characters_per_token": len(prepared) / max(answer.prompt_tokens, 1),
                "capitals_frac": sum(letter.isupper() for letter in letters) / max(len(letters), 1),
                "label": answer.label,
                "confidence": answer.confidence,
                "margin": answer.margin,
                "latency_s": answer.latency_s,
            }
        )

    def write(self, event: dict[str, Any]) -> None:
        """Write an event that holds no record text."""
        if self._path is None:
            return
        line = json.dumps({"time": datetime.now(UTC).isoformat(), **event})
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
