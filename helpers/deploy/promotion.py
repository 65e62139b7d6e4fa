"""May this model become the one that is served? The decision, its reasons and who took it, as a record."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from helpers.core import files
from helpers.core.errors import StageError
from helpers.deploy.parity import Parity

Label = Literal["champion", "demonstration", "refused"]

VERDICTS = ("better", "no better", "worse", "not enough data")
ADVICE = ("superior", "non-inferior", "inferior")


@dataclass(frozen=True, kw_only=True)
class Promotion:
    """One decision; `reasons` hold what spoke against the model and how that was settled."""

    promoted: bool
    label: Label
    reasons: tuple[str, ...]
    approver: str
    override: str  # the approver's reason for passing over a gate; "" where no gate was passed over
    verdict: str
    baseline_advice: str
    agreement_frac: float
    agreement_low: float
    parity_n: int
    decided_utc: str


def decide(
    *,
    verdict: str,
    baseline_advice: str,
    parity: Parity,
    min_parity: float,
    require_verdict: bool,
    require_beats_baseline: bool,
    override: str | None = None,
    approver: str,
) -> Promotion:
    """Decide from the gates of 05 and the parity of 06.

    A model that is inferior to the best simple baseline, or worse than its own base, becomes a `demonstration` at most,
    override or not. An override lets a model pass the verdict or the baseline gate, never the parity gate: what is
    served would not be what was evaluated.

    Args:
        verdict: Of `evaluate.verdict.decide`.
        baseline_advice: Of `evaluate.verdict.advise`.
        parity: Of `parity.compare`.
        min_parity: Least share of equal answers.
        require_verdict: Refuse unless the verdict is `better`.
        require_beats_baseline: Refuse a model that is inferior to the baseline.
        override: Reason for passing over the verdict or the baseline gate; None for none.
        approver: Who answers for the decision.

    Raises:
        StageError: If no approver is named, an override gives no reason, or verdict or advice are unknown.
    """
    if not approver.strip() or (override is not None and not override.strip()):
        raise StageError("A promotion needs a named approver, and an override a reason", remedy="name them")
    if verdict not in VERDICTS or baseline_advice not in ADVICE:
        raise StageError(
            "A promotion needs the verdict and the advice of 05_evaluate",
            found=f"{verdict}, {baseline_advice}",
            expected=f"one of {', '.join(VERDICTS)}, and one of {', '.join(ADVICE)}",
            remedy="run 05_evaluate",
        )
    against = []
    if require_verdict and verdict != "better":
        against.append(f"verdict is `{verdict}`, and the profile requires `better`")
    if require_beats_baseline and baseline_advice == "inferior":
        against.append("inferior to the best simple baseline, and the profile requires otherwise")
    differs = parity.agreement_frac < min_parity
    passed_over = bool(against) and override is not None
    promoted = not differs and (not against or passed_over)
    reasons = [f"passed over: {reason}" if passed_over and promoted else reason for reason in against]
    if differs:
        reasons.append(
            f"served and evaluated answers agree on {parity.agreement_frac:.1%} of {parity.n} items, "
            f"and at least {min_parity:.1%} are required"
        )
    below = ["inferior to the best simple baseline"] if baseline_advice == "inferior" else []
    below += ["worse than its own base model"] if verdict == "worse" else []
    label: Label = "refused"
    if promoted:
        label = "demonstration" if below else "champion"
        reasons += [f"{reason}: served as a demonstration only" for reason in below]
    return Promotion(
        promoted=promoted,
        label=label,
        reasons=tuple(reasons),
        approver=approver.strip(),
        override=override.strip() if passed_over and promoted and override else "",
        verdict=verdict,
        baseline_advice=baseline_advice,
        agreement_frac=parity.agreement_frac,
        agreement_low=parity.low,
        parity_n=parity.n,
        decided_utc=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def save(promotion: Promotion, path: Path) -> Path:
    """Write the record as JSON, whole or not at all."""
    return files.write_json(path, asdict(promotion))
