"""From a text to an answer: the preparation of 02, the prompt of training, the decision rule of 05, on the engine."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
from tokenizers import Tokenizer
from tqdm.auto import tqdm

from helpers.clinical import note_sections
from helpers.clinical import text as clinical
from helpers.core import records as frames
from helpers.core.errors import RecordError, StageError
from helpers.deploy import decision
from helpers.deploy.bundle import Bundle
from helpers.deploy.engine import Engine


@dataclass(frozen=True)
class Answer:
    """One answer; `label` and `probabilities` are empty but for classification."""

    text: str
    label: str
    probabilities: dict[str, float]
    confidence: float  # probability of the label, or geometric mean probability of the words
    margin: float  # to the second label; 0 where there are no labels
    prompt_tokens: int
    answer_tokens: int
    requests: int  # to the engine
    latency_s: float


def preparation(bundle: Bundle) -> Callable[[str], str]:
    """What 02_preprocess did to a text, as the bundle's steps say; identifiers are not replaced."""

    def prepare(text: str) -> str:
        for step in bundle.steps:
            if step == "repair":
                text = clinical.repair(text)
            elif step == "sections":
                text = note_sections.clinical_text(text, sections=bundle.sections)
            elif step == "normalise":
                text = clinical.normalise(text)
        return text

    return prepare


def frame(answers: Sequence[Answer], records: pd.DataFrame, *, model: str) -> pd.DataFrame:
    """Answers to records as a prediction frame in the same order."""
    return frames.predictions(
        records,
        model=model,
        text=[answer.text for answer in answers],
        label=[answer.label for answer in answers],
        probabilities=[answer.probabilities for answer in answers],
        latency_s=[answer.latency_s for answer in answers],
    )


class Responder:
    """A bundle on a running engine; one question at a time, so that the engine's prompt cache is of use."""

    def __init__(self, bundle: Bundle, engine: Engine, *, max_unopened: float = 0.2) -> None:
        """Read the tokenizer and build the label tree.

        Args:
            bundle: From `bundle.load`.
            engine: Running, on the bundle's model.
            max_unopened: Share of the label probabilities that may be estimated; the label itself is always exact.

        Raises:
            StageError: If the tokenizer does not know the end of the turn, or the engine's context is too short.
        """
        self.bundle = bundle
        self.engine = engine
        self._max_unopened = max_unopened
        self._lock = threading.Lock()
        self._tokenizer = Tokenizer.from_file(str(bundle.tokenizer))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        end = self._tokenizer.token_to_id(bundle.end_of_turn)
        if end is None:
            raise StageError("The tokenizer does not know the end of the turn", expected=bundle.end_of_turn)
        if engine.context_tokens < bundle.context_tokens:
            raise StageError(
                "The engine's context is shorter than the bundle's",
                found=engine.context_tokens,
                expected=bundle.context_tokens,
            )
        self._end: int = end
        self._control = [
            token.content for token in self._tokenizer.get_added_tokens_decoder().values() if token.special
        ]
        self._tree = (
            decision.LabelTree(bundle.labels, [self._encode(label) for label in bundle.labels], end=end)
            if bundle.labels
            else None
        )

    def answer(self, text: str) -> Answer:
        """Answer one prepared text.

        Raises:
            RecordError: If it is empty, too long, or holds one of the tokenizer's control tokens.
            StageError: If the engine fails.
        """
        prompt = self.prompt_tokens(text)
        began = time.perf_counter()
        with self._lock:
            if self._tree is not None:
                found = decision.classify(self.engine, prompt, self._tree, max_unopened=self._max_unopened)
                return Answer(
                    text=found.label,
                    label=found.label,
                    probabilities=found.probabilities,
                    confidence=found.probabilities[found.label],
                    margin=found.margin,
                    prompt_tokens=len(prompt),
                    answer_tokens=len(self._encode(found.label)),
                    requests=found.requests,
                    latency_s=time.perf_counter() - began,
                )
            written = decision.generate(self.engine, prompt, max_new_tokens=self.bundle.max_new_tokens, end=self._end)
        return Answer(
            text=self._tokenizer.decode(list(written.tokens), skip_special_tokens=True).strip(),
            label="",
            probabilities={},
            confidence=written.confidence,
            margin=0.0,
            prompt_tokens=len(prompt),
            answer_tokens=len(written.tokens),
            requests=1,
            latency_s=time.perf_counter() - began,
        )

    def prompt_tokens(self, text: str) -> list[int]:
        """Token ids of the prompt around a prepared text, the same as in training and evaluation.

        Raises:
            RecordError: If the text is empty or holds a control token.
        """
        if not text.strip():
            raise RecordError("There is no clinical text to answer", found="nothing after preparation")
        if any(token in text for token in self._control):
            raise RecordError(
                "The text holds a control token of the model", expected="plain text", remedy="remove the token"
            )
        return self._encode(self.bundle.before + text + self.bundle.after)

    def predict(self, records: pd.DataFrame) -> pd.DataFrame:
        """Answer prepared records, for comparison with 05.

        Returns:
            A prediction frame in the order of `records`.
        """
        return frame(
            [self.answer(text) for text in tqdm(records["text"], desc="served", unit="record", leave=False)],
            records,
            model=self.bundle.model_name,
        )

    def _encode(self, text: str) -> list[int]:
        return self._tokenizer.encode(text, add_special_tokens=False).ids
