from collections import Counter, defaultdict

import numpy as np
import pytest
from rouge_score import rouge_scorer
from sklearn.feature_extraction.text import TfidfVectorizer

from helpers.clinical import hpo
from helpers.collect.simulated import plain_words


@pytest.fixture(scope="module")
def terms():
    return {term.id: term for term in plain_words.load()}


def test_4021_terms_say_something_else_in_plain_words():
    names, plain = plain_words._eligible()
    assert len(names) == len(plain) == 4021


def test_the_kept_terms_are_nearly_those_of_the_reference(terms, reference_split):
    reference = reference_split("patient_communication")
    assert len(terms.keys() ^ reference.keys()) <= 6  # of 2,860
    differing = sum(terms[key].is_test != (reference[key] == "test") for key in terms.keys() & reference.keys())
    assert differing <= 58  # 2 %: the reference's word list of near copies is not written down anywhere


def test_sizes_are_nearly_those_of_the_design(terms):
    train = [term for term in terms.values() if not term.is_test]
    test = [term for term in terms.values() if term.is_test]
    assert len(train) == pytest.approx(2279, rel=0.02) and len(test) == pytest.approx(581, rel=0.02)
    assert sum(len(term.plain) for term in train) == pytest.approx(3379, rel=0.02)
    assert np.mean([len(term.plain) for term in test]) == pytest.approx(1.5, abs=0.05)


def test_a_group_is_on_one_side_and_has_at_most_eight_terms(terms):
    groups = defaultdict(list)
    for term in terms.values():
        groups[term.group].append(term)
    assert max(map(len, groups.values())) == 8
    assert all(len({term.is_test for term in group}) == 1 for group in groups.values())


def test_near_copies_share_a_group(terms):
    groups = plain_words._group(*plain_words._eligible())
    named = {term.name: groups[term.id] for term in hpo.load_terms() if term.id in groups}
    assert named["Hypoglycemia"] == named["Hyperglycemia"]
    assert (
        named["Triangular epiphysis of the distal phalanx of the 5th finger"]
        == (named["Triangular epiphysis of the middle phalanx of the 4th finger"])
    )
    assert named["Hypoglycemia"] != named["Neurogenic bladder"]


def test_a_plain_text_never_stands_on_both_sides(terms):
    side = {}
    for term in terms.values():
        for text in term.plain:
            assert side.setdefault(text.lower(), term.is_test) == term.is_test


def test_plain_words_are_hpos_own_and_none_is_the_term_itself(terms):
    known = {term.id: term for term in hpo.load_terms()}
    for term in terms.values():
        assert term.plain and set(term.plain) <= set(known[term.id].layperson)
        assert term.name.lower() not in {text.lower() for text in term.plain}


# Simple baselines of default_tasks.md: ROUGE-L (stemmed) against the best of a term's references.


@pytest.fixture(scope="module")
def sides(terms, reference_split):
    reference = reference_split("patient_communication")
    both = [term for key, term in terms.items() if key in reference]
    return {side: [term for term in both if reference[term.id] == side] for side in ("train", "test")}


def rouge_l(guesses, terms):
    scorer = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=True)
    best = [
        max(scorer.score(text, guess)["rougeL"].fmeasure for text in term.plain)
        for guess, term in zip(guesses, terms, strict=True)
    ]
    return np.mean(best)


def test_the_commonest_plain_text_reaches_the_reference_figure(sides):
    commonest = Counter(text for term in sides["train"] for text in term.plain).most_common(1)[0][0]
    assert rouge_l([commonest] * len(sides["test"]), sides["test"]) == pytest.approx(0.055, abs=0.01)


def test_copying_the_term_reaches_the_reference_figure(sides):
    assert rouge_l([term.name for term in sides["test"]], sides["test"]) == pytest.approx(0.326, abs=0.01)


def test_copying_the_definition_reaches_the_reference_figure(sides):
    known = {term.id: term.definition for term in hpo.load_terms()}
    assert rouge_l([known[term.id] for term in sides["test"]], sides["test"]) < rouge_l(
        [term.name for term in sides["test"]], sides["test"]
    )


def test_the_nearest_neighbours_plain_words_reach_the_reference_figure(sides):
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4))
    known = vectorizer.fit_transform([term.name for term in sides["train"]])
    asked = vectorizer.transform([term.name for term in sides["test"]])
    nearest = np.asarray((asked @ known.T).argmax(axis=1)).ravel()
    guesses = [sides["train"][index].plain[0] for index in nearest]
    assert rouge_l(guesses, sides["test"]) == pytest.approx(0.402, abs=0.01)


def test_choosing_one_of_four_reaches_the_reference_figure(sides):
    """Distractors: the three test terms nearest by the words of their names; chosen by letters of name and definition."""
    terms = sides["test"]
    known = {term.id: term.definition for term in hpo.load_terms()}
    names = [term.name for term in terms]
    texts = [term.plain[0] for term in terms]
    asked = [f"{term.name} {known[term.id]}" for term in terms]
    every = [*sides["train"], *terms]
    words = TfidfVectorizer().fit([term.name for term in every])
    likeness = (words.transform(names) @ words.transform(names).T).toarray()
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4))
    letters.fit([f"{term.name} {known[term.id]}" for term in every] + [term.plain[0] for term in every])
    closeness = (letters.transform(asked) @ letters.transform(texts).T).toarray()
    right = []
    for item, term in enumerate(terms):
        own = {text.lower() for text in term.plain}
        order = [other for other in np.argsort(-likeness[item], kind="stable") if other != item]
        others = [other for other in order if not own & {text.lower() for text in terms[other].plain}][:3]
        scores = closeness[item][[item, *others]]
        best = np.flatnonzero(scores >= scores.max() - 1e-12)
        right.append((0 in best) / len(best))
    assert np.mean(right) == pytest.approx(0.733, abs=0.01)
