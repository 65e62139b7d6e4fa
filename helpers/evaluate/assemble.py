"""Put the report and the model card together from what the run's stages left behind; nothing is typed in by hand."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.core import ledger, manifests
from helpers.core.train_settings import Route
from helpers.evaluate import card, compare, report, wording
from helpers.evaluate.verdict import Advice, Verdict

METRICS = {"accuracy": "Accuracy", "rouge_l": "ROUGE-L", "entity_f1": "Entity F1"}
NOT_CLINICAL = (
    "For research use, not intended for clinical use. Whoever deploys it must find out which rules apply there, "
    "such as those for medical devices and for the privacy of patients."
)


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What 05 measured.

    Args:
        task: Title of the task.
        kind: Of the task.
        metric: Primary metric, a column of `table`.
        caution: Of the task.
        base: Name of the base model in `table`, with its prompt.
        tuned: Name of the tuned model in `table`.
        baseline: Name of the best simple baseline in `table`.
        lines: Reference values such as chance and majority.
        table: From `compare.table`.
        verdict: Of tuned against base.
        advice: Of tuned against the baseline.
        fairness: From `subgroups.assessability`.
        extras: Further tables: name to (frame, caption).
        route: By which the model was tuned.
    """

    task: str
    kind: str
    metric: str
    caution: str
    base: str
    tuned: str
    baseline: str
    lines: dict[str, float]
    table: pd.DataFrame
    verdict: Verdict
    advice: Advice
    fairness: str
    extras: dict[str, tuple[pd.DataFrame, str]]
    route: Route = "causal"


def write_report(path: Path, findings: Findings, *, run_dir: Path) -> Path:
    """Write the HTML report of a run whose first four stages are finished; figures come from 02, 04 and 05."""
    done = _done(run_dir)
    verdict, advice = findings.verdict, findings.advice
    context = report.Report(
        title=findings.task,
        subtitle=f"Run {run_dir.name}, seed {done['04_train']['seed']}, {done['04_train']['started_utc'][:10]}",
        verdict=verdict.verdict,
        verdict_sentence=verdict.sentence,
        verdict_evidence=verdict.evidence,
        base=wording.OF[findings.route].rival.rstrip(","),
        advice=advice.advice,
        advice_meaning=advice.meaning,
        advice_evidence=f"against {findings.baseline}: {advice.evidence}",
        metric=METRICS[findings.metric],
        headline=report.headline(
            compare.estimates(findings.table, kind=findings.kind),
            roles={findings.tuned: "tuned", findings.base: "base"},
            lines=findings.lines,
        ),
        models=report.table(
            findings.table,
            title="All models on the test items",
            caption="Every model answered the same items; intervals resample whole groups. "
            + wording.OF[findings.route].asked,
            emphasis=findings.tuned,
        ),
        figures=_figures(run_dir),
        tables=tuple(
            report.table(frame, title=name, caption=caption) for name, (frame, caption) in findings.extras.items()
        ),
        gates=_gates(run_dir, findings),
        cost=report.table(
            _cost(done),
            title="What the run cost",
            caption="Wall time and peak memory of each stage on the machine named in its manifest.",
        ),
        caution=findings.caution,
        limits=(
            NOT_CLINICAL,
            "De-identification was measured on these sources only; it is evidence, not a certificate.",
            "Latency was measured on this machine, in batches, without other load.",
        ),
        test_openings=ledger.count(run_dir, "test set opened"),
        provenance=_provenance(run_dir, done),
    )
    return report.write(path, context=context)


def write_card(path: Path, findings: Findings, *, run_dir: Path, base_model: dict[str, str]) -> Path:
    """Write the model card.

    Args:
        path: Of the Markdown file.
        findings: What 05 measured.
        run_dir: Folder of the run.
        base_model: title and licence, from `model_files.describe`.
    """
    done, sources, words = _done(run_dir), _sources(run_dir), wording.OF[findings.route]
    name = f"{base_model['title']}, tuned: {findings.task}"
    training = _metrics(run_dir, "04_train")
    content = card.Card(
        name=name,
        summary=f"{findings.task}: {base_model['title']} {words.made}, tuned on {training['train_examples']} examples.",
        licence=base_model["licence"],
        base_model=base_model["title"],
        pipeline_tag=words.pipeline_tags[findings.kind],
        tags=("clintune", *words.tags, "healthcare", "research-only"),
        language=("en",),
        intended_use="Research and teaching on how fine-tuning changes a model's answers on this task.",
        out_of_scope=(NOT_CLINICAL, "Use on patients, in triage, or as a source of medical advice."),
        datasets=tuple(
            card.Dataset(
                name=item["name"],
                description=item["title"],
                licence=item["licence"],
                legal_basis=item["legal_basis"],
                simulated=item["persons"] == "simulated",
                n_train=_metrics(run_dir, "02_preprocess")["train_by_source"].get(item["name"], 0),
            )
            for item in sources
        ),
        training=(
            words.training,
            f"{training['train_steps']} optimizer steps, {training['train_tokens']:,} tokens, "
            f"best validation loss {training['best_validation_loss']:.3f}.",
            words.moved,
        ),
        deidentification=(_deidentification(run_dir),),
        test_set="A fold of whole groups chosen by the hash of the group id, never used for training or selection; "
        f"opened {ledger.count(run_dir, 'test set opened')} time(s) in this run.",
        results=_results(findings, name),
        verdict=f"{findings.verdict.verdict}: {findings.verdict.sentence} ({findings.verdict.evidence}).",
        advice=f"{findings.advice.advice} to {findings.baseline}: {findings.advice.meaning}",
        caution=findings.caution,
        limitations=("Measured on one test fold and one seed.", "English text only."),
        bias=findings.fairness,
        cost=tuple((row.stage, f"{row.minutes:.1f} min, {row.peak_gib:.1f} GiB") for row in _cost(done).itertuples()),
        how_to_use="```bash\nclintune serve " + run_dir.name + "\n```",
        provenance=_provenance(run_dir, done),
        questions=(
            "Which rules for medical devices and privacy apply where this model would run?",
            "Who watches its answers, and who switches it off?",
        ),
    )
    return card.write(path, card=content)


def _done(run_dir: Path) -> dict[str, dict[str, Any]]:
    return {stage: manifests.read(run_dir / stage) for stage in manifests.STAGES[:4]}


def _metrics(run_dir: Path, stage: str) -> dict[str, Any]:
    return json.loads((run_dir / stage / "metrics.json").read_text(encoding="utf-8"))


def _sources(run_dir: Path) -> list[dict[str, Any]]:
    path = run_dir / "01_collect" / "artifacts" / "permission.json"
    return json.loads(path.read_text(encoding="utf-8"))["cards"]


def _figures(run_dir: Path) -> tuple[report.Figure, ...]:
    found = []
    for stage in ("05_evaluate", "04_train", "02_preprocess"):
        captions = run_dir / stage / "figures" / "captions.json"
        if captions.is_file():
            for name, caption in json.loads(captions.read_text(encoding="utf-8")).items():
                title = name.replace("_", " ").capitalize()
                path = run_dir / stage / "figures" / f"{name}.png"
                found.append(report.Figure(path=path, title=title, caption=caption, alt=f"{title}. {caption}"))
    return tuple(found)


def _gates(run_dir: Path, findings: Findings) -> tuple[report.Gate, ...]:
    decided = {entry["event"]: entry for entry in ledger.read(run_dir) if entry["event"].startswith("gate:")}
    gates = []
    for name, event in (("Permission", "gate:permission"), ("De-identification", "gate:deidentification")):
        entry = decided.get(event)
        if entry is None:
            gates.append(report.Gate(name=name, state="not yet", text="No decision on the ledger."))
            continue
        gates.append(
            report.Gate(
                name=name,
                state="passed" if entry["data"]["passed"] else "failed",
                text=_deidentification(run_dir) if name == "De-identification" else _permission(run_dir),
                evidence=entry["data"]["evidence"].get("sha256", ""),
            )
        )
    assessable = not findings.fairness.startswith("Not assessable")
    gates.append(
        report.Gate(name="Fairness", state="passed" if assessable else "not assessable", text=findings.fairness)
    )
    gates.append(report.Gate(name="Parity", state="not yet", text="Served answers are compared in 06_deploy."))
    return tuple(gates)


def _permission(run_dir: Path) -> str:
    parts = [f"{item['title']} ({item['legal_basis']}, {item['licence']})" for item in _sources(run_dir)]
    return "Every source has a card that permits training and evaluation: " + "; ".join(parts) + "."


def _deidentification(run_dir: Path) -> str:
    found = _metrics(run_dir, "02_preprocess")
    if not found["deid_patients"]:
        scanned = "they were scanned all the same" if found["deid_scanned"] else "nothing was scanned or replaced"
        return f"No person stands behind these records; {scanned}."
    return (
        f"Of {found['deid_patients']:.0f} patients, {found['deid_patients_leaking']:.0f} still had a direct identifier "
        f"after de-identification (upper 95 % bound {100 * found['deid_patient_leak_high']:.1f} % of patients); "
        f"{100 * found['deid_char_recall']:.1f} % of identifier characters were removed and "
        f"{100 * found['deid_term_retention']:.1f} % of the clinical terms kept."
    )


def _cost(done: dict[str, dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"stage": stage, "minutes": found["wall_s"] / 60, "peak_gib": found["peak_gib"], "device": found["device"]}
            for stage, found in done.items()
        ]
    )


def _provenance(run_dir: Path, done: dict[str, dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    last = done["04_train"]
    state = " with uncommitted changes" if last["git_dirty"] else ""
    return (
        ("code", last["git_commit"] + state),
        ("profile", last["profile_sha256"]),
        ("task", last["task_sha256"]),
        *((f"{stage} manifest", manifests.sha256(run_dir / stage / manifests.NAME)) for stage in done),
        ("packages", ", ".join(f"{name} {version}" for name, version in last["packages"].items())),
    )


def _results(findings: Findings, name: str) -> tuple[card.Result, ...]:
    shown = findings.table[findings.table["model"].isin([findings.tuned, findings.base, findings.baseline])]
    return tuple(
        card.Result(
            metric=findings.metric,
            name=METRICS[findings.metric],
            model=name if row["model"] == findings.tuned else row["model"],
            value=row[findings.metric],
            low=row["low"],
            high=row["high"],
            n=row["n"],
        )
        for row in shown.to_dict("records")
    )
