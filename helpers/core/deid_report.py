"""The de-identification report as evidence: whether it lets exactly these files be used."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers.core import manifests
from helpers.core.errors import PhiError

SCHEMA_VERSION = 1


def require(path: Path, *, records_files: Mapping[str, Path]) -> tuple[str, ...]:
    """The passing decision for exactly these files.

    Raises:
        PhiError: If the report is missing or unreadable, did not pass, or belongs to other records.
    """
    content = read(path)
    if content["passed"] is not True:
        raise PhiError(
            "These records did not pass the de-identification gate",
            found="; ".join(content["reasons"]),
            expected="a passing report",
            remedy="run 02_preprocess with a stricter mode, or mend the engine",
        )
    for name, file in sorted(records_files.items()):
        known = content["records"].get(name)
        digest = manifests.sha256(file) if file.is_file() else "no file"
        if digest != known:
            raise PhiError(
                f"The de-identification report belongs to other records than {name}",
                found=digest[:12],
                expected=(known or "a file the report names")[:12],
                remedy="run 02_preprocess again",
            )
    return tuple(content["reasons"])


def require_evidence(path: Path, *, records_files: Mapping[str, Path], has_real_persons: bool) -> tuple[str, ...]:
    """As `require`, for records that people outside the training are to read.

    An approval lets records be trained on in-house of which nobody has measured what is left in them. It does not let
    anybody else read them.

    Args:
        path: Report.
        records_files: As of `require`.
        has_real_persons: Whether a real person stands behind any record, by the cards.

    Raises:
        PhiError: As `require`, or if records of real persons have passed without gold spans and without a reviewed sample.
    """
    reasons, content = require(path, records_files=records_files), read(path)
    is_unmeasured = bool(content.get("unassessed")) or not content["assessed"]
    if has_real_persons and is_unmeasured and not content.get("review"):
        raise PhiError(
            "What de-identification has left in these records was never measured",
            found="; ".join(reasons) or "no evidence",
            expected="a reviewed sample: preprocess.review_sheet",
            remedy="fill in the review_sheet.csv of 02_preprocess and run 02 again with it (CONTRIBUTING, evidence for your "
            "own notes)",
        )
    return reasons


def read(path: Path) -> dict[str, Any]:
    """What 02 wrote.

    Raises:
        PhiError: If there is no readable report.
    """
    if not path.is_file():
        raise PhiError("There is no de-identification report", expected=path.name, remedy="run 02_preprocess first")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise PhiError(
            "The de-identification report is not JSON", expected=path.name, remedy="run 02_preprocess again"
        ) from None
    wanted = {
        "schema_version",
        "passed",
        "reasons",
        "assessed",
        "records",
        "totals",
        "leaks_by_class",
        "by_style",
        "method",
        "output",
    }
    if not isinstance(content, dict) or not wanted <= set(content) or content["schema_version"] != SCHEMA_VERSION:
        raise PhiError(
            "The de-identification report has another form",
            expected=f"schema version {SCHEMA_VERSION}",
            remedy="run 02_preprocess again",
        )
    return content
