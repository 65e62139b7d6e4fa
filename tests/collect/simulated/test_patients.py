import dataclasses
import re
from collections import Counter
from datetime import date

import pytest

from helpers.collect.simulated import diseases, patients, people
from helpers.collect.simulated.diseases import Disease, Finding


def disease(findings, **changes):
    fields = {
        "id": "OMIM:1",
        "name": "X 1",
        "family": "x",
        "group": "OMIM:1",
        "fold": 1,
        "is_validation": False,
        "findings": tuple(findings),
        "onsets": (),
        "inheritance": (),
        "pmids": (),
    }
    return Disease(**{**fields, **changes})


def finding(number, frequency=None, sex=""):
    return Finding(f"HP:{number:07d}", f"Finding {number}", frequency, sex)


@pytest.fixture(scope="module")
def drawn():
    return [(one, patients.draw(one, 0, seed=1)) for one in diseases.load()]


def test_a_draw_depends_on_seed_disease_and_number_alone():
    one, other = diseases.load()[10], diseases.load()[400]
    first = patients.draw(one, 3, seed=5)
    patients.draw(other, 0, seed=9)
    assert patients.draw(one, 3, seed=5) == first
    assert patients.draw(one, 3, seed=6) != first
    assert patients.draw(one, 4, seed=5).id != first.id


def test_findings_are_kept_by_their_frequency():
    always, often, never_counted = finding(1, 1.0), finding(2, 0.5), finding(3)
    base = [finding(number, 1.0) for number in range(10, 14)]
    count = Counter()
    for number in range(600):
        kept = patients.draw(
            disease([always, often, never_counted, *base]), number, seed=1, missing_frequency=0.2
        ).findings
        count.update(one.id for one in kept)
    assert count[always.id] == 600
    assert 240 < count[often.id] < 360
    assert 80 < count[never_counted.id] < 160


def test_rare_findings_fill_up_to_three_and_thirty_is_the_most():
    rare = disease([finding(number, 0.01) for number in range(5)])
    many = disease([finding(number, 1.0) for number in range(60)])
    assert min(len(patients.draw(rare, number, seed=1).findings) for number in range(50)) == 3
    assert len(patients.draw(many, 0, seed=1).findings) == 30


def test_findings_are_shuffled():
    one = disease([finding(number, 1.0) for number in range(12)])
    orders = {tuple(f.id for f in patients.draw(one, number, seed=1).findings) for number in range(5)}
    assert len(orders) == 5


def test_sex_agrees_with_inheritance_and_findings(drawn):
    for one, patient in drawn:
        assert all(patients.sex_of(found) in ("", patient.sex) for found in patient.findings)
        if "HP:0001419" in one.inheritance:
            assert patient.sex == "male"
        if one.family == "spermatogenic failure":
            assert patient.sex == "male" and patient.age_years >= 18
    assert {"male", "female"} == {patient.sex for _, patient in drawn}


def test_azoospermia_is_male_and_uterus_female_and_seizure_anybodys():
    assert patients.sex_of(Finding("HP:0000027", "Azoospermia", None, "")) == "male"
    assert patients.sex_of(Finding("HP:0000130", "Abnormality of the uterus", None, "")) == "female"
    assert patients.sex_of(Finding("HP:0001250", "Seizure", None, "")) == ""
    assert patients.sex_of(Finding("HP:0001250", "Seizure", None, "female")) == "female"


def test_age_agrees_with_onset_and_death():
    findings = [finding(number, 1.0) for number in range(4)]
    late = [patients.draw(disease(findings, onsets=("HP:0003584",)), number, seed=1).age_years for number in range(80)]
    early = [
        patients.draw(disease(findings, onsets=("HP:0003577", "HP:0001522")), number, seed=1).age_years
        for number in range(80)
    ]
    assert min(late) >= 60 and max(late) >= 90
    assert max(early) < 1


def test_dates_hang_together(drawn):
    for _, patient in drawn:
        assert patient.birth_date < patient.visit_date < patient.next_date
        assert patient.birth_date <= patient.earlier_date < patient.visit_date
        assert date(2015, 1, 1) <= patient.visit_date < date(2025, 1, 1)
        assert abs((patient.visit_date - patient.birth_date).days / 365.25 - patient.age_years) < 0.01


@pytest.mark.parametrize(("age", "band"), [(0.1, "0-17"), (18, "18-39"), (64.9, "40-64"), (89.9, "65-89"), (90, "90+")])
def test_age_bands_begin_where_they_say(drawn, age, band):
    assert dataclasses.replace(drawn[0][1], age_years=age).age_band == band


def test_numbers_and_domains_are_of_reserved_ranges(drawn):
    for _, patient in drawn:
        for number in (patient.phone, patient.work_phone, patient.fax, patient.department_phone):
            assert re.match(r"[2-9]\d\d-555-01\d\d( ext\. \d{3})?$", number)
        assert re.search(r"@(mail\.)?example\.(org|com|net)$", patient.email)
        assert re.match(r"https://portal\.example\.(org|com|net)/", patient.url)
        assert re.match(r"(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$", patient.ip)
        assert re.match(r"9\d\d-(0[1-9]|[1-4]\d)-\d{4}$", patient.ssn)


def test_names_are_of_many_places_and_written_in_latin_letters(drawn):
    assert {patient.origin for _, patient in drawn} == set(people.ORIGINS)
    names = [patient.name.full for _, patient in drawn]
    assert any("-" in name for name in names) and any(not name.isascii() for name in names)
    assert not any(re.search(r"[\u0370-\u1dff\u2e80-\uffff]", name) for name in names)
    assert len(set(names)) > 0.98 * len(names)
