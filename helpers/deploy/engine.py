"""llama.cpp's server in a process of its own, reached over 127.0.0.1 with a key that only this process knows.

The child ends when its parent closes its standard input, so a killed notebook leaves no engine behind. Text is never
logged: llama.cpp runs at the level of warnings, without its prompt store, slot view and web page.
"""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.core.errors import RecordError, StageError
from helpers.deploy import child

_WARNINGS = 2


@dataclass(frozen=True)
class Completion:
    """What the engine wrote after a prompt."""

    tokens: tuple[int, ...]  # the end-of-turn token included where it was written
    text: str
    log_probs: tuple[dict[int, float], ...]  # per token: the most probable tokens over the whole vocabulary
    is_finished: bool  # ended by itself, not by `n_predict`
    prompt_tokens: int
    cached_tokens: int  # of the prompt, not computed again
    predicted_s: float


class Engine:
    """One model behind one llama.cpp server; start it with `with Engine(path) as engine:`."""

    def __init__(
        self,
        model: Path,
        *,
        threads: int | None = None,
        context_tokens: int = 2048,
        start_timeout_s: float = 120.0,
    ) -> None:
        """Describe an engine; nothing runs until `start`.

        Args:
            model: GGUF file.
            threads: Of the matrix products; None takes every core.
            context_tokens: Most tokens of prompt and answer together.
            start_timeout_s: Seconds to wait for the model to load.
        """
        self.model = Path(model).resolve()
        self.context_tokens = context_tokens
        arguments = ["--model", str(self.model), "--threads", str(threads or os.cpu_count() or 1)]
        self._private = child.Private(
            "helpers.deploy.engine",
            [*arguments, "--context", str(context_tokens)],
            environment={"OMP_WAIT_POLICY": "active"},  # llama.cpp waits at every layer
            timeout_s=start_timeout_s,
        )

    def start(self) -> "Engine":
        """Start the server and wait until it answers.

        Raises:
            StageError: If there is no such file, or the server did not come up; it names the log's last lines.
        """
        if not self.model.is_file():
            raise StageError(
                "There is no model to serve", found=self.model.name, expected="a GGUF file", remedy="run 06_deploy"
            )
        self._private.start()
        return self

    def stop(self) -> None:
        """Stop the server and delete its log; harmless when it is not running."""
        self._private.stop()

    def __enter__(self) -> "Engine":
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def is_healthy(self) -> bool:
        """Whether the process runs and answers."""
        return self._private.is_healthy

    def complete(
        self,
        prompt: Sequence[int] | str,
        *,
        n_predict: int,
        n_probs: int = 0,
        temperature: float = 0.0,
        seed: int = 0,
        bias: Mapping[int, float] | None = None,
    ) -> Completion:
        """Continue a prompt; what it shares with the last prompt is not computed again.

        Args:
            prompt: Token ids, or text that llama.cpp splits itself.
            n_predict: Most tokens to write.
            n_probs: Most probable tokens reported for each position. They are log-probabilities of the model over the
                whole vocabulary: neither temperature nor `bias` changes them.
            temperature: 0 takes the most probable token.
            seed: Of the sampling, where temperature is above 0.
            bias: Added to the logits of these tokens when choosing.

        Raises:
            RecordError: If prompt and answer do not fit into the context.
            StageError: If the engine is not running or refuses.
        """
        if not isinstance(prompt, str):
            self._check_length(len(prompt), n_predict)
        answer = self._post(
            "/completion",
            {
                "prompt": prompt if isinstance(prompt, str) else [int(token) for token in prompt],
                "n_predict": n_predict,
                "n_probs": n_probs,
                "temperature": temperature,
                "seed": seed,
                "logit_bias": [[int(token), value] for token, value in (bias or {}).items()],
                "cache_prompt": True,
                "return_tokens": True,
                "post_sampling_probs": False,
                "repeat_penalty": 1.0,
            },
        )
        return Completion(
            tokens=tuple(answer["tokens"]),
            text=answer["content"],
            log_probs=tuple(
                {entry["id"]: entry["logprob"] for entry in position["top_logprobs"]}
                for position in answer.get("completion_probabilities", [])
            ),
            is_finished=answer["stop_type"] != "limit",
            prompt_tokens=answer["tokens_evaluated"],
            cached_tokens=answer["timings"]["cache_n"],
            predicted_s=answer["timings"]["predicted_ms"] / 1000,
        )

    def _check_length(self, prompt_tokens: int, n_predict: int) -> None:
        if prompt_tokens + n_predict > self.context_tokens:
            raise RecordError(
                "The text is too long for the served model",
                found=f"a prompt of {prompt_tokens} tokens",
                expected=f"at most {self.context_tokens - n_predict}",
                remedy="send the clinical sections only, or serve with a longer context",
            )

    def _post(self, path: str, body: dict) -> dict:
        answer = self._private.post(path, body)
        if answer.status_code != 200:
            kind = answer.json().get("error", {}).get("type", "unknown")
            if kind == "exceed_context_size_error":
                raise RecordError(
                    "The text is too long for the served model", expected=f"at most {self.context_tokens} tokens"
                )
            raise StageError("The serving engine refused a request", found=f"HTTP {answer.status_code}, {kind}")
        return answer.json()


def _serve(arguments: argparse.Namespace) -> None:
    import xllamacpp  # only the child process loads llama.cpp

    params = xllamacpp.CommonParams()
    params.model.path = arguments.model
    params.n_ctx = arguments.context
    params.n_parallel = 1
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [os.environ[child.KEY]]
    params.ui = False
    params.endpoint_slots = False
    params.cache_ram_mib = 0
    params.cache_idle_slots = False
    params.verbosity = _WARNINGS
    params.cpuparams.n_threads = arguments.threads
    params.cpuparams_batch.n_threads = arguments.threads
    server = xllamacpp.Server(params)
    child.announce(arguments.address_file, server.listening_address)
    child.wait_for_parent(arguments.address_file)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m helpers.deploy.engine", description=__doc__)
    parser.add_argument("--model", required=True, help="GGUF file")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--context", type=int, required=True, help="tokens of prompt and answer")
    parser.add_argument("--address-file", type=Path, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    _serve(_arguments())
