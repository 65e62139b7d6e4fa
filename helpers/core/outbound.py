"""Records of a run that are about to leave this machine: all that the egress guard decides on, and who is to get them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from helpers.core import paths
from helpers.core.errors import StageError
from helpers.core.settings import Egress, HostedModel


@dataclass(frozen=True, kw_only=True)
class Outbound:
    """Made by `Run.leaving`; nothing has left yet, and nothing does before `lm.egress.permit`."""

    api: HostedModel | None  # whom the profile names
    terms: Egress  # what is agreed with them
    files: Mapping[str, Path]  # side of the split -> Parquet file of records
    report: Path  # de-identification report of 02
    run_dir: Path  # for the ledger, and for answers that are kept
    stage: str
    seed: int = 1
    beside: str = ""  # folder of a user's task file; cards in its `data_cards/` come before the kit's
    cards: Path = paths.DATA_CARDS


def needed(leaving: Outbound | None) -> Outbound:
    """What leaves, where a route cannot do without.

    Raises:
        StageError: Outside a run, or where the profile names no hosted model.
    """
    if leaving is None or leaving.api is None:
        raise StageError(
            "Route `hosted` sends records to a provider, and here none may leave",
            expected="a run with select.hosted",
            remedy="choose route causal or encoder for this",
        )
    return leaving
