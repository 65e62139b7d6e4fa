from helpers.evaluate import examples


def test_families_are_ranked_with_what_they_are_mistaken_for(cases, answer):
    predictions = answer(cases, right=60)
    wrong = cases.index[cases["labels"].map(lambda labels: labels[0] == "ataxia")]
    predictions.loc[wrong[:15], "label"] = "neuropathy"
    found = examples.families(predictions, cases, min_n=5, top=1)
    assert list(found["side"]) == ["best", "worst"]
    worst = found.iloc[1]
    assert (worst["label"], worst["accuracy"], worst["mistaken_for"], worst["mistaken_n"]) == (
        "ataxia",
        0.25,
        "neuropathy",
        15,
    )
    assert found.iloc[0]["mistaken_for"] == ""


def test_small_families_are_left_out_and_no_family_is_both_best_and_worst(cases, answer):
    found = examples.families(answer(cases, right=30), cases, min_n=5, top=10)
    assert not found["label"].duplicated().any()
    assert examples.families(answer(cases, right=30), cases, min_n=21).empty


def test_examples_hold_text_only_where_it_may_be_shown(cases, answer):
    predictions = answer(cases, right=40)
    families = examples.families(predictions, cases, min_n=5, top=1)
    shown = examples.of_families(predictions, cases, families=families, show_text=True, max_chars=20)
    hidden = examples.of_families(predictions, cases, families=families, show_text=False)
    assert shown["text"].str.startswith("Findings of case").all()
    assert shown["text"].str.len().max() <= 20
    assert not any("unsteady" in str(cell) for cell in hidden.to_numpy().ravel())
    assert "text" not in hidden.columns
    assert list(hidden["record_id"]) == list(shown["record_id"])


def test_the_worst_family_shows_its_surest_wrong_answer(cases, answer):
    predictions = answer(cases, right=40)
    wrong = predictions.index[40:]
    predictions.at[wrong[7], "probabilities"] = {predictions.loc[wrong[7], "label"]: 0.99}
    label = cases.loc[wrong[7], "labels"][0]
    families = examples.families(predictions, cases, min_n=5, top=1).iloc[[1]].assign(label=label)
    found = examples.of_families(predictions, cases, families=families, show_text=False)
    assert found.loc[0, "record_id"] == cases.loc[wrong[7], "record_id"]
    assert found.loc[0, "probability"] == 0.99


def test_texts_that_turn_a_meaning_round_are_shown_apart(terms, wording):
    texts = [f"high level of thing{number}" for number in range(12)]
    texts[3], texts[5] = "low level of thing3", "unrelated"
    found = examples.of_texts(wording(terms, texts), terms, show_text=True, top=2)
    assert found["side"].tolist() == ["best", "best", "worst", "worst", "turned round"]
    assert found.loc[2, "answer"] == "unrelated"
    swapped = found.iloc[-1]
    assert (swapped["record_id"], swapped["polarity_errors"], swapped["score"]) == ("t03", "amount", 0.75)
    hidden = examples.of_texts(wording(terms, texts), terms, show_text=False, top=2)
    assert list(hidden.columns) == ["side", "record_id", "score", "polarity_errors"]


def test_examples_do_not_depend_on_the_order_of_rows(terms, wording):
    texts = [f"high thing{number}" for number in range(12)]
    predictions = wording(terms, texts)
    first = examples.of_texts(predictions, terms, show_text=True)
    again = examples.of_texts(
        predictions.sample(frac=1.0, random_state=1), terms.sample(frac=1.0, random_state=2), show_text=True
    )
    assert first.equals(again)
