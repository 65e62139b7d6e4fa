import pytest

from helpers.clinical import note_sections, timeline
from helpers.clinical.timeline import Event

SECTIONS = {
    "encounter": "history", "condition": "findings", "allergy": "medications", "medication": "medications",
    "procedure": "history", "immunization": "history", "observation": "findings", "report": "findings", "note": "history",
}  # fmt: skip


def test_every_heading_opens_the_section_it_belongs_to():
    for kind, heading in timeline.HEADINGS.items():
        rendered = timeline.render([Event(kind, "2020-01-02", "what was seen")])
        assert rendered.startswith(heading)
        assert [part.name for part in note_sections.find_sections(rendered)] == [SECTIONS[kind]]


def test_events_stand_under_their_heading_by_date_and_undated_ones_last():
    events = [
        Event("condition", "", "Asthma"),
        Event("condition", "2012-05", "Sinusitis"),
        Event("observation", "2011-01-01T10:00:00Z", "Body Height: 170 cm"),
        Event("condition", "2012-05-03T08:00:00Z", "Fracture", "2012-08-01", "resolved"),
        Event("condition", "2012", "Gout"),
    ]
    assert timeline.render(events) == (
        "Conditions:\n- 2012 Gout\n- 2012-05 Sinusitis\n- 2012-05-03 to 2012-08-01 Fracture (resolved)\n- undated Asthma\n\n"
        "Observations:\n- 2011-01-01 Body Height: 170 cm"
    )


def test_what_is_said_twice_of_a_day_is_written_once():
    twice = [Event("procedure", f"2012-01-01T0{hour}:00:00Z", "X-ray") for hour in (1, 2)]
    assert timeline.render([*twice, Event("procedure", "2012-01-02", "X-ray")]).count("X-ray") == 2


def test_a_note_keeps_its_lines_under_a_heading_of_its_own():
    rendered = timeline.render(
        [Event("note", "2020-01-02", "Impression: gout.\nPlan: rest."), Event("note", "", "Well.")]
    )
    assert rendered == "Clinical notes: 2020-01-02\nImpression: gout.\nPlan: rest.\n\nClinical notes: undated\nWell."
    assert [part.name for part in note_sections.find_sections(rendered)] == ["history", "assessment", "plan", "history"]


@pytest.mark.parametrize("said", ["Seen. Patient: well", "Clear; Medications: none", "Done.\nPlan: rest\nName: x"])
def test_nothing_in_a_line_opens_a_section(said):
    rendered = timeline.render([Event("report", "2020-01-02", said), Event("report", "2020-01-03", "next")])
    assert [part.name for part in note_sections.find_sections(rendered)] == ["findings"]
    assert note_sections.clinical_text(rendered, sections=["findings"]).endswith("- 2020-01-03 next")


def test_before_keeps_what_had_begun_and_was_written_down_by_then():
    events = {
        "past": Event("condition", "2010-01-01", "past", recorded="2010-01-01"),
        "same day": Event("condition", "2012-06-15", "same day"),
        "later": Event("condition", "2013-01-01", "later"),
        "undated": Event("condition", "", "undated"),
        "written later": Event("condition", "2010-01-01", "written later", recorded="2012-06-15T00:00:00Z"),
        "that month": Event("condition", "2012-06", "that month"),
        "that year": Event("condition", "2012", "that year"),
        "month before": Event("condition", "2012-05", "month before"),
    }
    assert [one.text for one in timeline.before(events.values(), "2012-06-15")] == ["past", "month before"]


def test_before_tells_no_end_and_no_state_that_came_later():
    over = Event("condition", "2010-01-01", "over", "2011-01-01", "resolved")
    lasting = Event("condition", "2010-01-01", "lasting", "2012-06-15", "resolved")
    open_end = Event("condition", "2010-01-01", "open", "", "active")
    kept = timeline.before([over, lasting, open_end], "2012-06-15")
    assert [(one.until, one.state) for one in kept] == [("2011-01-01", "resolved"), ("", ""), ("", "")]


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [(120, "mm[Hg]", "120 mm[Hg]"), (0, "", "0"), (1e-7, "g", "0.0000001 g"), (-3.50, "", "-3.5"),
     (1234567.0, "", "1234570"), (100, "{score}", "100 score")],
)  # fmt: skip
def test_numbers_are_written_without_exponent_to_six_digits(value, unit, said):
    assert timeline.measured(value, unit) == said
