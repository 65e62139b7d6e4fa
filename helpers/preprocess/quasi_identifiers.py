"""Who could still be singled out: k-anonymity over the quasi-identifiers that stay after de-identification."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from helpers.core import figures
from helpers.preprocess.deidentify import PERSONAL_KINDS

KNOWN = ["age band", "sex", "state or zip3", "year", "label"]
SMALL = (5, 11)
"""Classes with fewer patients than these are counted; 11 is the usual limit of US health agencies for a published cell."""

BINS = ((1, 1, "alone"), (2, 4, "2 to 4"), (5, 10, "5 to 10"), (11, 50, "11 to 50"), (51, None, "51 or more"))
_STATES = dict(
    pair.split("=")
    for pair in (
        "alabama=AL alaska=AK arizona=AZ arkansas=AR california=CA colorado=CO connecticut=CT delaware=DE florida=FL "
        "georgia=GA hawaii=HI idaho=ID illinois=IL indiana=IN iowa=IA kansas=KS kentucky=KY louisiana=LA maine=ME "
        "maryland=MD massachusetts=MA michigan=MI minnesota=MN mississippi=MS missouri=MO montana=MT nebraska=NE nevada=NV "
        "new_hampshire=NH new_jersey=NJ new_mexico=NM new_york=NY north_carolina=NC north_dakota=ND ohio=OH oklahoma=OK "
        "oregon=OR pennsylvania=PA rhode_island=RI south_carolina=SC south_dakota=SD tennessee=TN texas=TX utah=UT "
        "vermont=VT virginia=VA washington=WA west_virginia=WV wisconsin=WI wyoming=WY puerto_rico=PR columbia=DC"
    ).split()
)
_PLACE = re.compile(
    rf", ?(?P<code>{'|'.join(_STATES.values())}) (?=\[LOCATION\]|\*{{5}}|\d{{3}}00\b|000\b)"
    rf"|(?:, ?|\b(?:in|from|of) )(?P<name>{'|'.join(_STATES).replace('_', ' ')})\b"
    r"|\bzip\W{1,3}(?P<zip3>\d{3})(?:00|\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Report:
    """Sizes of the classes of patients who agree in all quasi-identifiers; counts only.

    Args:
        steps: One row for each set of quasi-identifiers, each with one more than the row above: known, patients, classes,
            smallest_k, share of patients alone and in classes below 5 and below 11.
        sizes: size and patients: how many patients are in classes of that size, over all quasi-identifiers.
    """

    steps: pd.DataFrame
    sizes: pd.DataFrame

    def totals(self) -> dict[str, float]:
        """The last row of `steps` as metrics; smallest_k is 0 where there is no patient."""
        last = self.steps.iloc[-1]
        return {
            "smallest_k": int(last["smallest_k"]),
            "below_5_frac": float(last["below_5"]),
            "below_11_frac": float(last["below_11"]),
        }


def assess(frames: Iterable[pd.DataFrame]) -> Report:
    """Sort the patients of some parts, each of whole patients, into classes by what stays of them; see `classes`."""
    return report([classes(frame) for frame in frames])


def classes(records: pd.DataFrame) -> pd.DataFrame:
    """What is known of the patients of some records, and how many of them agree in it: `KNOWN`, patients.

    A patient with several records is known by all of them together. A value that stays unknown counts as a value: who
    looks for a patient sees that it is missing. Only these records are counted: in the whole population a class is
    larger, which protects a patient only from those who do not know that the patient is among these records.

    Args:
        records: De-identified records, whole patients; kinds without a person are left out.
    """
    people = records[records["kind"].isin(PERSONAL_KINDS)]
    parts = pd.DataFrame(
        {
            "patient": people["patient_key"],
            "age band": people["age_band"],
            "sex": people["sex"],
            "state or zip3": [_places(text) for text in people["text"]],
            "year": people["date"].str[:4],
            "label": [" | ".join(sorted(labels)) for labels in people["labels"]],
        }
    ).astype(object)
    patients = parts.groupby("patient").agg(lambda values: " + ".join(sorted(set(values) - {""})))
    return patients.groupby(KNOWN).size().rename("patients").reset_index()


def report(parts: Sequence[pd.DataFrame]) -> Report:
    """Lay the `classes` of parts together."""
    every = pd.concat([pd.DataFrame(columns=[*KNOWN, "patients"]), *parts]).astype({"patients": int})
    rows = []
    for count in range(2, len(KNOWN) + 1):
        sizes = every.groupby(KNOWN[:count])["patients"].sum()
        rows.append({"known": ", ".join(KNOWN[:count]), **_summary(sizes)})
    table = sizes.groupby(sizes).sum().rename_axis("size").rename("patients").reset_index()
    return Report(pd.DataFrame(rows), table.astype(int))


def pictures(report: Report) -> list[figures.Picture]:
    """Patients by the size of their class; none where there is no patient."""
    if report.sizes.empty:
        return []
    counts = [
        int(report.sizes.loc[report.sizes["size"].between(low, high or float("inf")), "patients"].sum())
        for low, high, _ in BINS
    ]
    data = pd.DataFrame({"name": [name for *_, name in BINS], "count": counts})
    return [
        figures.Picture(
            "quasi_identifiers",
            data,
            "How many patients share their age band, sex, place, year and label with how many (themselves included). "
            "The upper bars are patients whom somebody who knows these things can single out or nearly so; "
            "the further down the patients are, the better. Counted among these records only.",
            partial(
                figures.counts,
                title="Patients by the size of their class, after de-identification",
                xlabel="patients (count)",
                ylabel="patients in the class",
            ),
        )
    ]


def _summary(sizes: pd.Series) -> dict[str, float]:
    count = int(sizes.sum())
    shares = {
        name: float(sizes[sizes < limit].sum() / count) if count else float("nan")
        for name, limit in (("alone", 2), *((f"below_{limit}", limit) for limit in SMALL))
    }
    return {"patients": count, "classes": len(sizes), "smallest_k": int(sizes.min()) if count else 0, **shares}


def _places(text: str) -> str:
    """States that stand before a place that was taken out, else three-digit zips that stay."""
    found = [match.groupdict() for match in _PLACE.finditer(text)]
    states = {item["code"].upper() for item in found if item["code"]}
    states |= {_STATES[item["name"].lower().replace(" ", "_")] for item in found if item["name"]}
    return " + ".join(sorted(states or {item["zip3"] for item in found if item["zip3"]}))
