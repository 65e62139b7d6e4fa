"""Made-up records that may leave: a card, three sides of a split, a passing report, an agreement."""

import json
from datetime import date, timedelta

from helpers.core import data_cards, manifests, records
from helpers.core.outbound import Outbound
from helpers.core.settings import Egress, HostedModel
from helpers.core.tasks import Prompt

URL = "https://api.example.org/v1"
PROMPT = Prompt(system="You name the disease.", user="{text}\n\nDisease?")
OTHER_PROMPT = Prompt(system="You name the colour.", user="{text}\n\nColour?")
LABELS = ["cerebellar ataxia", "cerebral palsy", "dystonia"]
AGREED = Egress(agreement="BAA 2026-7", hosts=("api.example.org",), region="EU", retention_days=0)


def write_card(folder, **changes):
    fields = {
        "name": "made_up",
        "title": "Letters of a hospital",
        "licence": "agreement 7",
        "legal_basis": "dua",
        "citation": "{source: a hospital, release: '1', cite: none given}",
        "approval": f"{{reference: IRB 1, expires: {date.today() + timedelta(days=30)}}}",
        "permitted_uses": "[train, evaluate, third_party]",
        "third_parties": "[api.example.org]",
        "persons": "real",
        "contains_identifiers": "true",
        "deidentification": "identified",
    } | changes
    front = "\n".join(f"{key}: {value}" for key, value in fields.items())
    body = "".join(f"\n{heading}\nwords\n" for heading in data_cards.BODY_HEADINGS)
    (folder / f"{fields['name']}.md").write_text(f"---\n{front}\n---\n{body}", encoding="utf-8")


def write_report(path, files, *, passed=True, assessed=True, review=None, reasons=()):
    content = {name: [] for name in ("leaks_by_class", "by_style", "headline", "unassessed")}
    content |= {"schema_version": 1, "passed": passed, "reasons": list(reasons), "assessed": assessed, "totals": {}}
    content |= {"method": "safe_harbor", "output": "surrogate", "review": review}
    content["records"] = {name: manifests.sha256(file) for name, file in files.items()}
    path.write_text(json.dumps(content))


def build(folder, frame):
    """Everything in order in a folder: twelve records give six, three and three."""
    files = {}
    for name, part in {"train": frame[:6], "validation": frame[6:9], "test": frame[9:]}.items():
        files[name] = folder / f"{name}.parquet"
        records.write(part.reset_index(drop=True), files[name])
    write_card(folder)
    write_report(folder / "deid_report.json", files)
    return folder


def outbound(house, *splits, **changes):
    api = HostedModel(
        model="gpt", base_url=URL, input_usd_per_mtok=1, output_usd_per_mtok=2, max_retries=0, top_logprobs=0
    )
    fields = {
        "api": api,
        "terms": AGREED,
        "files": {name: house / f"{name}.parquet" for name in splits or ("train", "validation")},
        "report": house / "deid_report.json",
        "run_dir": house,
        "stage": "03_select",
        "cards": house,
    }
    return Outbound(**fields | changes)


def local(house, stand_in, *splits, terms=None, **changes):
    """Records that may go to a stand-in on this machine; `changes` are of the hosted model."""
    write_card(house, third_parties="[127.0.0.1]")
    found = outbound(house, *splits)
    wanted = {"base_url": stand_in.url, "model": stand_in.name, "top_logprobs": 20, "timeout_s": 20.0}
    wanted |= {"training_usd_per_mtok": 25.0} | changes
    terms = terms or found.terms.model_copy(update={"hosts": ("127.0.0.1",)})
    return outbound(house, *splits, api=found.api.model_copy(update=wanted), terms=terms)
