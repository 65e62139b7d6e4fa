"""Tasks and labelling configuration for Label Studio, and what its JSON export says.

Source:
    labelstud.io, "Label Studio JSON format of annotated tasks", "Import pre-annotated data", tags Choices and TextArea.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd

from helpers.core.errors import RecordError

CONTROL, OBJECT = "answer", "text"  # names of the tags that the configuration, suggestions and export share
CARRIED = ("patient_key", "group", "kind", "source", "style", "date", "sex", "age_band", "origin")
ANSWER_COLUMNS = ["record_id", "text", "annotator", "answer", "ground_truth", "updated", "carried"]
ASIDE_COLUMNS = ["file", "task", "annotation", "reason"]
_FIELD = {"choices": "choices", "textarea": "text"}  # type of a result: where its value stands


def configuration(kind: str, *, question: str, labels: Sequence[str]) -> str:
    """The XML that a project's labelling interface is pasted from.

    Args:
        kind: classification (one choice) or generation (a text area).
        question: Stands above the text.
        labels: Choices, in this order.

    Raises:
        RecordError: If there is nothing to choose from, or people cannot answer a task of this kind here.
    """
    if kind not in ("classification", "generation"):
        raise RecordError(
            "This kind of task has no labelling interface", found=kind, expected="classification, generation"
        )
    if kind == "classification" and len(labels) < 2:
        raise RecordError(
            "There is nothing to choose from",
            found=f"{len(labels)} label(s)",
            expected="two labels at least",
            remedy="name them under `labels` in the task",
        )
    view = ElementTree.Element("View")
    ElementTree.SubElement(view, "Header", value=question)
    ElementTree.SubElement(view, "Text", name=OBJECT, value="$text", valueType="text")
    asked = {"name": CONTROL, "toName": OBJECT, "required": "true"}
    if kind == "classification":
        choices = ElementTree.SubElement(view, "Choices", asked, choice="single", showInLine="true")
        for label in labels:
            ElementTree.SubElement(choices, "Choice", value=label)
    else:
        ElementTree.SubElement(view, "TextArea", asked, rows="6", maxSubmissions="1", editable="true")
    ElementTree.indent(view)
    return ElementTree.tostring(view, encoding="unicode") + "\n"


def tasks(records: pd.DataFrame, *, kind: str, suggestions: pd.DataFrame | None = None) -> list[dict[str, Any]]:
    """Records as tasks to import, in their order; labels and references that they carry stay out.

    Args:
        records: Record frame.
        kind: Of the task.
        suggestions: Prediction frame whose answers are shown as pre-annotations; for every record, or none.
    """
    said = {} if suggestions is None else {row["record_id"]: row for row in suggestions.to_dict("records")}
    made = []
    for row in records.to_dict("records"):
        data = {"text": row["text"], "record_id": row["record_id"]}
        data |= {name: row[name] for name in CARRIED if row[name]}
        task: dict[str, Any] = {"data": data}
        if found := said.get(row["record_id"]):
            task["predictions"] = [_suggestion(found, kind)]
        made.append(task)
    return made


def read(path: Path, *, labels: Sequence[str] = ()) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read an export (format JSON, not JSON-MIN): the last answer of every annotator to every record.

    An annotator is named by the number of the account, never by name or address.

    Args:
        path: The file.
        labels: Choices that may occur; any where there are none.

    Returns:
        Answers (`ANSWER_COLUMNS`; answer is a label or a text, carried the fields of `CARRIED`), and what was set aside
        (`ASIDE_COLUMNS`): tasks without a record or an annotation, skipped, empty and ambiguous annotations, those that the
        same annotator has replaced, and records that come with two texts.

    Raises:
        RecordError: If the file is no such export.
    """
    answers: list[dict[str, Any]] = []
    aside: list[tuple[str, str, str, str]] = []
    for number, task in enumerate(_tasks(path), start=1):
        name = str(task.get("id", number)) if isinstance(task, dict) else str(number)
        reason = _fault_of_task(task)
        if reason:
            aside.append((path.name, name, "", reason))
            continue
        for place, annotation in enumerate(task["annotations"], start=1):
            answer, reason = _answer(annotation, labels)
            numbered = str(annotation.get("id", place)) if isinstance(annotation, dict) else str(place)
            if reason:
                aside.append((path.name, name, numbered, reason))
            else:
                answers.append(_row(task, annotation, answer) | {"task": name, "annotation": numbered})
    frame = pd.DataFrame(answers, columns=[*ANSWER_COLUMNS, "task", "annotation"])
    for reason, wrong in (("record with two texts", _two_texts), ("replaced by the annotator's later one", _replaced)):
        bad = wrong(frame)
        aside += [(path.name, row.task, row.annotation, reason) for row in frame[bad].itertuples()]
        frame = frame[~bad]
    return frame[ANSWER_COLUMNS].reset_index(drop=True), pd.DataFrame(aside, columns=ASIDE_COLUMNS)


def _suggestion(found: Mapping[str, Any], kind: str) -> dict[str, Any]:
    form = "choices" if kind == "classification" else "textarea"
    value = {_FIELD[form]: [found["label"] if form == "choices" else found["text"]]}
    result = {"id": "suggested", "from_name": CONTROL, "to_name": OBJECT, "type": form, "value": value}
    score = {"score": round(max(found["probabilities"].values()), 4)} if found["probabilities"] else {}
    return {"model_version": found["model"], **score, "result": [result]}


def _tasks(path: Path) -> list[Any]:
    if not path.is_file():
        raise RecordError(f"There is no file {path.name}", expected="an export of Label Studio in its format JSON")
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, list) or not any(isinstance(item, dict) and "annotations" in item for item in content):
        found = "no JSON" if content is None else f"a {type(content).__name__} without annotations"
        raise RecordError(
            f"{path.name} is no export of Label Studio that can be read",
            found=found,
            expected="a list of tasks with their annotations",
            remedy="export the project in the format JSON (not JSON-MIN, not CSV)",
        )
    return content


def _fault_of_task(task: Any) -> str:
    data = task.get("data") if isinstance(task, dict) else None
    if not isinstance(data, dict) or not isinstance(task.get("annotations"), list):
        return "not a task"
    if not isinstance(data.get("record_id"), str) or not data["record_id"].strip():
        return "task without record_id"
    if not isinstance(data.get("text"), str) or not data["text"].strip():
        return "task without text"
    if not task["annotations"]:
        return "begun and not submitted" if task.get("drafts") else "not annotated"
    return ""


def _answer(annotation: Any, labels: Sequence[str]) -> tuple[str, str]:
    """The answer, or why there is none."""
    if not isinstance(annotation, dict) or not isinstance(annotation.get("result"), list):
        return "", "not an annotation"
    if annotation.get("was_cancelled"):
        return "", "skipped"
    given: list[str] = []
    for item in annotation["result"]:
        if not isinstance(item, dict) or item.get("from_name") != CONTROL or item.get("type") not in _FIELD:
            continue
        value = item.get("value")
        found = value.get(_FIELD[item["type"]]) if isinstance(value, dict) else None
        given += [
            part.strip() for part in ([found] if isinstance(found, str) else found or []) if isinstance(part, str)
        ]
    given = [part for part in given if part]
    if len(given) != 1:
        return "", "more than one answer" if given else "no answer"
    if labels and given[0] not in labels:
        return "", "label outside the task's labels"
    return given[0], ""


def _row(task: Mapping[str, Any], annotation: Mapping[str, Any], answer: str) -> dict[str, Any]:
    data, who = task["data"], annotation.get("completed_by")
    who = who.get("id") if isinstance(who, dict) else who
    return {
        "record_id": data["record_id"],
        "text": data["text"],
        "annotator": f"annotator-{who}" if isinstance(who, int) else "annotator-unknown",
        "answer": answer,
        "ground_truth": annotation.get("ground_truth") is True,
        "updated": str(annotation.get("updated_at") or annotation.get("created_at") or ""),
        "carried": {name: data[name] for name in CARRIED if isinstance(data.get(name), str) and data[name]},
    }


def _two_texts(frame: pd.DataFrame) -> pd.Series:
    return frame.groupby("record_id")["text"].transform("nunique").gt(1).astype(bool)


def _replaced(frame: pd.DataFrame) -> pd.Series:
    """All but an annotator's last answer to a record; one marked as ground truth counts as the last."""
    ordered = frame.sort_values(["ground_truth", "updated"], kind="stable")
    return ordered.duplicated(["record_id", "annotator"], keep="last").reindex(frame.index).astype(bool)
