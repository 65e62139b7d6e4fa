"""A Hugging Face token classifier as a de-identification engine: `adapters.load("hf:PATH")`."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from helpers.clinical.deid.spans import LABELS, Span
from helpers.core.errors import StageError

LABELS_OF = (
    (r"FAX", "FAX"), (r"PHONE|TELEPHONE|CONTACT", "PHONE"), (r"E-?MAIL", "EMAIL"), (r"SSN|SOCIAL", "SSN"),
    (r"MEDICAL_?RECORD|MRN", "MRN"), (r"HEALTH_?PLAN|BENEFICIARY", "HEALTH_PLAN"), (r"ACCOUNT|IBAN|CREDIT", "ACCOUNT"),
    (r"LICEN[SC]E|PASSPORT", "LICENSE"), (r"VEHICLE|PLATE", "VEHICLE"), (r"DEVICE|SERIAL|MAC", "DEVICE"),
    (r"URL|WEB", "URL"), (r"^IP", "IP"), (r"BIO", "BIOMETRIC"), (r"PHOTO", "PHOTO"), (r"^AGE", "AGE"),
    (r"DATE|DOB|BIRTH", "DATE"), (r"STREET|ADDRESS", "ADDRESS"), (r"HOSP|ORG|VENDOR|COMPANY", "ORGANIZATION"),
    (r"CITY|STATE|ZIP|COUNT|LOC|GPE", "LOCATION"), (r"PATIENT|DOCTOR|STAFF|NAME|^PER", "NAME"), (r"ID|NUM|CODE", "ID"),
)  # fmt: skip
"""Pattern in a model's label -> ours, the first that fits; a label that fits none is left out."""


def label_of(kind: str) -> str | None:
    """Our label of a model's, or None."""
    return next((ours for pattern, ours in LABELS_OF if re.search(pattern, kind.upper())), None)


def make(path: str, *, labels: Mapping[str, str] | None = None, device: str = "cpu") -> Callable[[str], Iterator[Span]]:
    """A function of a text that yields spans.

    Args:
        path: Local folder of a model, or an id of a hub that is already in the cache.
        labels: The model's labels as ours, where `LABELS_OF` does not say it rightly.
        device: Where it runs.

    Raises:
        StageError: If it cannot be loaded, or labels are unknown.
    """
    if unknown := set((labels or {}).values()) - set(LABELS):
        raise StageError("Unknown labels", found=", ".join(sorted(unknown)), expected=", ".join(LABELS))
    from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline

    try:
        model = AutoModelForTokenClassification.from_pretrained(path, local_files_only=True, use_safetensors=True)
        tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=True)
    except (OSError, ValueError) as error:
        raise StageError(
            "The token classifier cannot be loaded",
            found=f"{path} ({type(error).__name__})",
            expected="a folder with a token-classification model and its tokenizer, or a hub id in the local cache",
            remedy="download it beforehand with huggingface-cli download",
        ) from None
    tag: Any = pipeline(
        "token-classification",
        model=model,
        tokenizer=tokenizer,
        aggregation_strategy="simple",
        stride=32,
        device=device,
    )

    def find(text: str) -> Iterator[Span]:
        for group in tag(text):
            kind = group["entity_group"]
            label = (labels or {}).get(kind) or label_of(kind)
            if label:
                yield Span(int(group["start"]), int(group["end"]), label, "tagger", float(group["score"]))

    return find
