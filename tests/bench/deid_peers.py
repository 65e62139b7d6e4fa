"""Engines on the same notes: quality, speed on one core, and one fresh process an engine. Run by test_deid_peers.py."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
ROOT = Path(__file__).parents[2]
HANDWRITTEN = ROOT / "tests" / "clinical" / "handwritten"
ENGINES = {
    "clintune balanced": ("clintune", {"mode": "balanced"}),
    "clintune strict": ("clintune", {"mode": "strict"}),
    "presidio": ("presidio", {}),
    "presidio-safe-harbor": ("presidio-safe-harbor", {}),
    "philter": ("philter", {}),
    "spacy": ("spacy", {}),
}
MAPPING = {
    "PERSON": "NAME", "STREET_ADDRESS": "ADDRESS", "GPE": "LOCATION", "ORGANIZATION": "ORGANIZATION",
    "CREDIT_CARD": "ACCOUNT", "DATE_TIME": "DATE", "PHONE_NUMBER": "PHONE", "EMAIL_ADDRESS": "EMAIL",
    "ZIP_CODE": "LOCATION", "DOMAIN_NAME": "URL", "IBAN_CODE": "ACCOUNT", "US_SSN": "SSN", "IP_ADDRESS": "IP",
    "US_DRIVER_LICENSE": "LICENSE",
}  # fmt: skip
"""As in tests/clinical/test_deid_engine.py."""


def sets(shared: Path) -> dict[str, list[dict]]:
    """Notes by set: id, patient, text, spans."""
    from helpers.clinical.deid import gold, lexicon

    read = {
        name: [vars_of(note) for path in sorted(HANDWRITTEN.glob(pattern)) for note in gold.read_notes(path)]
        for name, pattern in (("frozen", "frozen_*.txt"), ("development", "development.txt"))
    }
    rows = json.loads((shared / "data" / "deid_presidio_synth" / "synth_dataset_v2.json").read_text(encoding="utf-8"))
    read["sentences"] = [
        {
            "id": f"s{number}",
            "patient": f"s{number}",
            "text": row["full_text"],
            "spans": [
                {"start": s["start_position"], "end": s["end_position"], "label": MAPPING[s["entity_type"]]}
                for s in row["spans"]
                if s["entity_type"] in MAPPING
                and lexicon.fold(s["entity_value"]) not in lexicon.countries()
                and not re.fullmatch(r"\d{4}", s["entity_value"] if s["entity_type"] == "DATE_TIME" else "")
            ],
        }
        for number, row in enumerate(rows)
    ]
    return read


def vars_of(note) -> dict:
    """A gold note as plain data."""
    return {"id": note.id, "patient": note.patient, "text": note.text, "spans": list(note.spans)}


def quality(notes, found, *, resamples=500) -> dict[str, float]:
    """`scoring.figures`, each with its interval, as one flat row."""
    from helpers.clinical.deid import scoring

    scores = [scoring.compare(note["spans"], spans, note["text"]) for note, spans in zip(notes, found, strict=True)]
    table = scoring.figures(scores, patients=[note["patient"] for note in notes], resamples=resamples)
    row = {name: table.loc[name, "value"] for name in table.index}
    for name, short in (("char_recall", "recall"), ("over_redaction", "over"), ("clean_notes", "clean")):
        row |= {f"{short}_low": table.loc[name, "low"], f"{short}_high": table.loc[name, "high"]}
    return row


def alternate(adapters: dict, texts: list[str], *, part: int = 10) -> tuple[dict, dict]:
    """Found spans and seconds of each engine, which take turns on the same few notes; warm."""
    for adapter in adapters.values():
        for text in texts[:3]:
            adapter.find(text)
    found, seconds = {name: [] for name in adapters}, dict.fromkeys(adapters, 0.0)
    for start in range(0, len(texts), part):
        for name, adapter in adapters.items():
            began = time.process_time()  # of this one-threaded process: other jobs of the machine do not count
            found[name] += [adapter.find(text) for text in texts[start : start + part]]
            seconds[name] += time.process_time() - began
    return found, seconds


def alone(name: str, notes_file: Path) -> dict[str, float]:
    """One fresh process: seconds to the first note, and peak memory after all."""
    return json.loads(run(name, str(notes_file)).splitlines()[-1])


def run(*arguments: str) -> str:
    """This script in a fresh process on one core: numpy reads the number of threads when it is imported."""
    command = [sys.executable, str(Path(__file__)), *arguments]
    return subprocess.run(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, check=True, env=os.environ | ONE_CORE
    ).stdout


def together(texts_file: str, found_file: str) -> None:
    """The process in which the engines take turns; one that is not installed is named and left out."""
    from helpers.clinical.deid import adapters
    from helpers.core.errors import StageError

    _weights()
    ready = {}
    for name, (kind, settings) in ENGINES.items():
        try:
            adapter = adapters.load(kind, **settings)
            adapter.find("Seen by Ann Lee.")
            ready[name] = adapter
        except StageError as error:
            print(f"{name} left out: {error}", file=sys.stderr)
    results = {}
    for set_name, texts in json.loads(Path(texts_file).read_text(encoding="utf-8")).items():
        found, seconds = alternate(ready, texts)
        plain = {name: [[vars(span) for span in spans] for spans in notes] for name, notes in found.items()}
        results[set_name] = {"found": plain, "seconds": seconds}
        Path(found_file).write_text(json.dumps(results), encoding="utf-8")


def single(name: str, notes_file: str) -> None:
    """The process of one engine."""
    began = time.perf_counter()
    from helpers.clinical.deid import adapters

    texts = json.loads(Path(notes_file).read_text(encoding="utf-8"))
    _weights()
    kind, settings = ENGINES[name]
    adapter = adapters.load(kind, **settings)
    adapter.find(texts[0])
    first, used = time.perf_counter() - began, time.process_time()
    for text in texts[1:]:
        adapter.find(text)
    print(json.dumps({"first_note_s": first, "first_note_cpu_s": used, "peak_mb": _peak_mb()}))


def _peak_mb() -> float:
    """Of this process alone: `ru_maxrss` would begin at the memory of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def _weights() -> None:
    if weights := os.environ.get("CLINTUNE_TRIAL_TAGGER"):
        from helpers.clinical.deid import tagger

        tagger.WEIGHTS = Path(weights)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    together(*sys.argv[2:]) if sys.argv[1] == "together" else single(*sys.argv[1:])
