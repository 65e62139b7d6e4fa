"""Watch a served model by the features of its requests: simulated traffic, a snapshot of the log, a drift table."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import httpx
import numpy as np
import pandas as pd

from helpers.core.errors import RecordError, StageError
from helpers.deploy.child import REQUEST_TIMEOUT_S
from helpers.metrics import drift

Shift = Literal["none", "class_mix", "longer", "shorter", "misspelt", "capitals"]

SHIFTS: tuple[str, ...] = ("none", "class_mix", "longer", "shorter", "misspelt", "capitals")
REFERENCE, CURRENT = "week 1", "week 2"
NUMERIC = ("prompt_tokens", "answer_tokens", "characters_per_token", "capitals_frac", "confidence", "latency_s")
CATEGORICAL = ("label",)

_MISSPELT_FRAC = 0.15  # of the words with four letters or more
_ODDS = 4.0  # of a favoured class against the others, for the shift `class_mix`


def simulate_traffic(
    texts: Sequence[str],
    *,
    per_week: int,
    shift: Shift | Sequence[Shift],
    seed: int,
    classes: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Draw two weeks of requests from the same texts, the second one shifted.

    Args:
        texts: Requests to draw from, with replacement.
        per_week: Requests in each week.
        shift: What is different in the second week, one or several. `class_mix` makes half of the classes four times
            as frequent; `longer` joins two texts and `shorter` halves them; `misspelt` swaps two letters in 15 % of the
            longer words; `capitals` writes everything in capitals.
        seed: Of all draws.
        classes: Class of each text; needed for `class_mix`.

    Returns:
        One row a request: batch (`week 1` or `week 2`), text.

    Raises:
        RecordError: If there are no texts, a shift is unknown, or `class_mix` lacks classes.
    """
    shifts = {shift} if isinstance(shift, str) else set(shift)
    if not len(texts) or shifts - set(SHIFTS):
        raise RecordError(
            "Traffic cannot be simulated",
            found=f"{len(texts)} texts, shift {', '.join(sorted(shifts))}",
            expected=f"texts, and a shift of {', '.join(SHIFTS)}",
        )
    if "class_mix" in shifts and (classes is None or len(classes) != len(texts)):
        raise RecordError("The shift class_mix needs the class of each text")
    rng = np.random.default_rng(seed)
    texts = list(texts)
    first = rng.choice(len(texts), per_week)
    weights = np.ones(len(texts))
    if "class_mix" in shifts:
        names = sorted(set(map(str, classes)))
        favoured = set(rng.permutation(names)[: max(1, len(names) // 2)])
        weights[[str(each) in favoured for each in classes]] = _ODDS
    second = rng.choice(len(texts), per_week, p=weights / weights.sum())
    changed = [_shifted(texts[i], texts[rng.integers(len(texts))], shifts, rng) for i in second]
    return pd.DataFrame(
        {"batch": [REFERENCE] * per_week + [CURRENT] * per_week, "text": [texts[i] for i in first] + changed}
    )


def send(traffic: pd.DataFrame, *, address: str, key: str, timeout_s: float = REQUEST_TIMEOUT_S) -> pd.Series:
    """Send every request through a running service, one after the other.

    Args:
        traffic: From `simulate_traffic`.
        address: Of the service, such as `http://127.0.0.1:8000`.
        key: Its API key.
        timeout_s: For one request.

    Returns:
        Requests by batch and HTTP status.

    Raises:
        StageError: If the service does not answer.
    """
    statuses = []
    try:
        with httpx.Client(base_url=address, headers={"X-API-Key": key}, timeout=timeout_s, trust_env=False) as client:
            for batch, text in zip(traffic["batch"], traffic["text"], strict=True):
                statuses.append(client.post("/predict", json={"text": text}, headers={"X-Batch": batch}).status_code)
    except httpx.HTTPError as error:
        raise StageError("The service does not answer", found=type(error).__name__, remedy="start it again") from None
    return pd.DataFrame({"batch": traffic["batch"].to_numpy(), "status": statuses}).value_counts(sort=False)


def snapshot(request_log: Path, *, batch: str | None = None) -> pd.DataFrame:
    """Read the predictions in a request log.

    Args:
        request_log: JSON lines of the service.
        batch: Only requests with this `X-Batch`.

    Returns:
        One row a prediction: time, batch, label and the features in `NUMERIC`.

    Raises:
        StageError: If there is no log, or a line is not JSON.
    """
    if not request_log.is_file():
        raise StageError("There is no request log", found=request_log.name, remedy="send requests to the service first")
    try:
        events = [json.loads(line) for line in request_log.read_text(encoding="utf-8").splitlines() if line.strip()]
    except json.JSONDecodeError:
        raise StageError(f"{request_log.name} is not JSON lines", remedy="move it away and start a new one") from None
    events = [event for event in events if event["event"] == "prediction" and batch in (None, event["batch"])]
    frame = pd.DataFrame(events, columns=["time", "batch", *CATEGORICAL, *NUMERIC, "margin"])
    return frame.assign(time=pd.to_datetime(frame["time"], utc=True))


def drift_table(
    reference: pd.DataFrame, current: pd.DataFrame, *, seed: int, alpha: float = 0.05, min_requests: int = 20
) -> pd.DataFrame:
    """Compare two snapshots feature by feature.

    Args:
        reference: From `snapshot`.
        current: From `snapshot`.
        seed: Of the permutations behind the categorical test.
        alpha: Level over all features together.
        min_requests: Fewer in either snapshot cannot be compared.

    Returns:
        One row a feature: feature, test, reference and current (means, or numbers of categories), statistic, p, p_holm,
        psi, drifted (p_holm < alpha). Latency belongs to the machine, not to the requests, and is marked so by its name.

    Raises:
        StageError: If a snapshot is too small.
    """
    if min(len(reference), len(current)) < min_requests:
        raise StageError(
            "There are too few requests to look for drift",
            found=f"{len(reference)} and {len(current)}",
            expected=f"at least {min_requests} in each",
        )
    rows = []
    for name in NUMERIC:
        before, after = reference[name].to_numpy(float), current[name].to_numpy(float)
        found = drift.kolmogorov_smirnov(before, after)
        psi = drift.stability_index(before, after)
        rows.append((name, "Kolmogorov-Smirnov", before.mean(), after.mean(), *found, psi))
    for name in CATEGORICAL:
        before, after = reference[name].tolist(), current[name].tolist()
        found = drift.chi_square(before, after, seed=seed)
        psi = drift.category_stability_index(before, after)
        rows.append((name, "chi-square, permutation", len(set(before)), len(set(after)), *found, psi))
    table = pd.DataFrame(rows, columns=["feature", "test", "reference", "current", "statistic", "p", "psi"])
    table.insert(6, "p_holm", drift.holm(table["p"]))
    return table.assign(drifted=table["p_holm"] < alpha)


def _shifted(text: str, other: str, shifts: set[str], rng: np.random.Generator) -> str:
    if "longer" in shifts:
        text = f"{text}\n{other}"
    if "shorter" in shifts:
        words = text.split()
        text = " ".join(words[: max(1, len(words) // 2)])
    if "misspelt" in shifts:
        words = text.split(" ")
        text = " ".join(_misspelt(word, rng) if rng.random() < _MISSPELT_FRAC else word for word in words)
    return text.upper() if "capitals" in shifts else text


def _misspelt(word: str, rng: np.random.Generator) -> str:
    if len(word) < 4 or not word.isalpha():
        return word
    at = int(rng.integers(1, len(word) - 2))
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
