import pytest

from helpers.clinical.timeline import Event
from helpers.collect.health_records import labels
from helpers.core.errors import RecordError

SNOMED = "http://snomed.info/sct"


def table(tmp_path, text):
    path = tmp_path / "labels.csv"
    path.write_text(text, encoding="utf-8")
    return labels.read(path)


def condition(code, when, text="x", system=SNOMED, **more):
    return Event("condition", when, text, codes=frozenset({(system, code)}), **more)


def test_without_a_table_the_records_own_tag_is_the_label():
    events = [condition("1", "2020-01-01")]
    assert labels.tell(labels.read(None), events, ids={"patient_id": "p"}, tag="gout") == ("gout", events, "")


def test_a_patients_label_comes_from_their_line_and_not_from_a_tag(tmp_path):
    given = table(tmp_path, "\ufeffpatient_id,label\np1,gout\np2, asthma \n")
    assert labels.tell(given, [], ids={"patient_id": "p1"}).label == "gout"
    assert labels.tell(given, [], ids={"patient_id": "p2"}).label == "asthma"
    assert labels.tell(given, [], ids={"patient_id": "p3"}, tag="tagged").label == ""


def test_a_date_before_which_the_record_ends(tmp_path):
    given = table(tmp_path, "patient_id,label,before\np1,died,2020-06-01\np2,lived,\n")
    events = [condition("1", "2020-05-31"), condition("2", "2020-06-01")]
    assert labels.tell(given, events, ids={"patient_id": "p1"}).events == events[:1]
    assert labels.tell(given, events, ids={"patient_id": "p2"}).events == events


def test_notes_have_labels_of_their_own(tmp_path):
    given = table(tmp_path, "note_id,label\n7,gout\n")
    assert labels.tell(given, [], ids={"patient_id": "p1", "note_id": "7"}).label == "gout"
    assert labels.tell(given, [], ids={"patient_id": "7", "note_id": "8"}).label == ""


def test_the_first_condition_in_a_value_set_gives_the_label_and_nothing_of_that_day_or_later_is_shown(tmp_path):
    given = table(tmp_path, "code,label\n44054006,diabetes\n38341003,hypertension\n")
    events = [
        condition("38341003", "2015-01-01T08:00:00Z", "Hypertension"),
        condition("44054006", "2012-03-04T08:00:00Z", "Diabetes"),
        Event("observation", "2012-03-03", "Glucose: 14 mmol/L"),
        Event("observation", "2012-03-04", "HbA1c: 9 %"),
        Event("medication", "2012-03-05", "Metformin"),
    ]
    told = labels.tell(given, events, ids={"patient_id": "p"})
    assert told.label == "diabetes" and [event.text for event in told.events] == ["Glucose: 14 mmol/L"]


def test_a_value_set_may_name_the_system_of_its_codes(tmp_path):
    given = table(tmp_path, f"code,label,system\n1,gout,{SNOMED}\n2,asthma,\n")
    assert labels.tell(given, [condition("1", "2020-01-01", system="other")], ids={}).label == ""
    assert labels.tell(given, [condition("1", "2020-01-01")], ids={}).label == "gout"
    assert labels.tell(given, [condition("2", "2020-01-01", system="other")], ids={}).label == "asthma"


def test_only_conditions_give_a_label(tmp_path):
    given = table(tmp_path, "code,label\n1,gout\n")
    reason = Event("encounter", "2020-01-01", "for gout", codes=frozenset({(SNOMED, "1")}))
    assert labels.tell(given, [reason], ids={}).label == ""


@pytest.mark.parametrize("when", ["", "2012", "2012-05"])
def test_a_condition_without_a_day_gives_no_label_for_the_record_could_not_be_cut(tmp_path, when):
    told = labels.tell(table(tmp_path, "code,label\n1,gout\n"), [condition("1", when)], ids={})
    assert told == ("", [], "a condition that gives the label has no full date")


def test_two_labels_on_one_day_are_none(tmp_path):
    given = table(tmp_path, "code,label\n1,gout\n2,asthma\n3,gout\n")
    both = [condition("1", "2020-01-01"), condition("2", "2020-01-01")]
    assert labels.tell(given, both, ids={}).reason == "conditions of one day give different labels"
    same = [condition("1", "2020-01-01"), condition("3", "2020-01-01")]
    assert labels.tell(given, same, ids={}).label == "gout"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,label\np1,x\n", "Found: columns id, label"),
        ("label,patient_id\nx,p1\n", "Found: columns label, patient_id"),
        ("patient_id\np1\n", "a column `label`"),
        ("", "Found: 0 columns"),
        ("patient_id,label\n", "no line below the header"),
        ("patient_id,label\np1,x\np1,y\n", "Found: 1: lines 3"),
        ("code,label\n1,x\n1,y\n", "Found: 1: lines 3"),
        ("patient_id,label\np1\n,x\np3,\n", "Found: 3: lines 2, 3, 4"),
        ("patient_id,label\np1,x,y\n", "Found: 1: lines 2"),
        ("patient_id,label,before\np1,x,2020-13-01\np2,x,5 May\n", "Found: 2: lines 2, 3"),
        ('patient_id,label\np1,"x\n', "cannot be read"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_by_line_and_quotes_nothing(tmp_path, text, message):
    with pytest.raises(RecordError) as caught:
        table(tmp_path, text)
    assert message in str(caught.value) and "p1" not in str(caught.value).replace("columns label, patient_id", "")


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(RecordError, match=r"nowhere\.csv.*Remedy"):
        labels.read(tmp_path / "nowhere.csv")
