"""Export, engine and responder of a bundle by its route: llama.cpp for a language model, torch for an encoder, a provider.

A new route needs three things here: the files it is served from, an engine (`start`, `stop`, `is_healthy`, a context
manager), and a responder (`answer` one prepared text, `predict` a record frame).
"""

from pathlib import Path
from typing import Any

from helpers.core.train_settings import Route
from helpers.deploy import bundle as bundles
from helpers.deploy import export
from helpers.deploy.encoder_engine import EncoderEngine, EncoderResponder
from helpers.deploy.engine import Engine
from helpers.deploy.hosted_engine import HostedEngine, HostedResponder
from helpers.deploy.responder import Responder
from helpers.lm import hosted_tuned


def files(
    route: Route, tuned: Path, out: Path, *, base_gguf: Path | None, quantization: export.Quantization
) -> dict[str, Path]:
    """What a bundle is made of: the name of each file in it and where it lies now; the model comes first.

    Args:
        route: By which the model was tuned.
        tuned: Whole model, as `lm.tuned.to_serve` makes it.
        out: Folder of the bundle, for files that are written anew.
        base_gguf: GGUF file of a causal model's base.
        quantization: Of a causal model.

    Raises:
        ProfileError, StageError: As `export.to_gguf`.
    """
    if route == "causal":
        model = export.to_gguf(tuned, base_gguf, out / bundles.MODEL, quantization=quantization)
        return {bundles.MODEL: model.path, bundles.TOKENIZER: tuned / "tokenizer.json"}
    if route == "encoder":
        model = tuned / "model.safetensors"
        return {path.name: path for path in [model, *sorted(tuned.glob("*.json")), *sorted(tuned.glob("*.txt"))]}
    return {hosted_tuned.NAME: tuned / hosted_tuned.NAME}


def engine(bundle: bundles.Bundle, *, threads: int | None = None) -> Any:
    """The engine that computes a bundle's answers, not started yet."""
    if bundle.route == "causal":
        return Engine(bundle.model, threads=threads, context_tokens=bundle.context_tokens)
    if bundle.route == "encoder":
        return EncoderEngine(bundle.folder, threads=threads)
    return HostedEngine(bundle.folder, run_id=bundle.run_id)


def responder(bundle: bundles.Bundle, running: Any) -> Any:
    """What turns a prepared text into an answer by asking a running engine.

    Raises:
        StageError: If bundle and engine do not fit.
    """
    if bundle.route == "causal":
        return Responder(bundle, running)
    if bundle.route == "encoder":
        return EncoderResponder(bundle, running)
    return HostedResponder(bundle, running)
