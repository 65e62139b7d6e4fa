"""De-identification engines side by side, in one run on the same notes: `make bench`. Nothing here asserts a time.

Needs requirements-labs.txt; an engine that is not installed is named and left out. CLINTUNE_TRIAL_TAGGER names weights
to try instead of the package's own.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import deid_peers
import pandas as pd

from helpers.clinical.deid.spans import Span

SHOWN = (
    "set", "engine", "char_recall", "char_precision", "char_f1", "over_redaction", "over_redaction_none", "clean_notes",
    "span_f1", "notes_per_s", "first_note_s", "peak_mb",
)  # fmt: skip
OUT = deid_peers.ROOT / "outputs" / "bench"


def test_engines_side_by_side(shared, tmp_path):
    sets = deid_peers.sets(shared)
    texts = {name: [note["text"] for note in notes] for name, notes in sets.items()}
    texts_file, frozen_file, found_file = (tmp_path / f"{name}.json" for name in ("texts", "frozen", "found"))
    texts_file.write_text(json.dumps(texts), encoding="utf-8")
    frozen_file.write_text(json.dumps(texts["frozen"]), encoding="utf-8")
    deid_peers.run("together", str(texts_file), str(found_file))
    rows = []
    for set_name, result in json.loads(found_file.read_text(encoding="utf-8")).items():
        notes = sets[set_name]
        for name, found in result["found"].items():
            spans = [[Span(**span) for span in one] for one in found]
            row = {"set": set_name, "engine": name, "threshold": 0.0, "notes": len(notes)}
            row |= {"notes_per_s": len(notes) / result["seconds"][name]} | deid_peers.quality(notes, spans)
            rows.append(row | (deid_peers.alone(name, frozen_file) if set_name == "frozen" else {}))
            write(rows)
    table = pd.DataFrame(rows)
    print("\n" + table.reindex(columns=list(SHOWN)).round(3).to_string(index=False))
    assert "clintune balanced" in set(table["engine"])
    assert table[["char_recall", "over_redaction"]].notna().all(axis=None)


def write(rows):
    """After every row, so that a run cut short leaves what it measured."""
    OUT.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows).to_csv(OUT / "deid_peers.csv", index=False)
    (OUT / "deid_peers.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
