"""Synthea bundles as the other sources would hold them: single resources with `Type/id` references, and NDJSON files."""

import json
import re


def resources(bundle):
    """The resources of a transaction bundle with its `urn:uuid:…` references rewritten, as a server would store them."""
    names = {one["fullUrl"]: f"{one['resource']['resourceType']}/{one['resource']['id']}" for one in bundle["entry"]}
    text = json.dumps([one["resource"] for one in bundle["entry"]])
    pattern = re.compile(r'"(urn:uuid:[0-9a-f-]{36})"')
    return json.loads(pattern.sub(lambda match: f'"{names.get(match[1], match[1])}"', text))


def write_ndjson(bundles, folder, *, opener=open, suffix=".ndjson"):
    """One file for each resource type, as a bulk export gives them."""
    by_type = {}
    for bundle in bundles:
        for one in resources(bundle):
            by_type.setdefault(one["resourceType"], []).append(json.dumps(one))
    for kind, lines in by_type.items():
        with opener(folder / f"{kind}{suffix}", "wt", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    return folder


def condition_names(text):
    """Names under `Conditions:` in a timeline, without dates and states."""
    section = re.search(r"^Conditions:\n((?:- .*\n?)*)", text, re.MULTILINE)
    lines = section[1].splitlines() if section else []
    state = r"(?: \((?:active|recurrence|relapse|inactive|remission|resolved)\))?$"
    return {re.sub(state, "", re.sub(r"^- \S+ (?:to \d\S+ )?", "", line)) for line in lines}
