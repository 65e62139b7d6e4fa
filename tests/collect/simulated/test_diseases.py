import functools
import hashlib
import re
from collections import Counter, defaultdict

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from helpers.clinical import hpo
from helpers.collect.simulated import diseases

# The reference split takes a cell such as "PMID:1;PMID:2" for one publication and so misses four shared ones.
JOINED_BY_A_CELL_WITH_SEVERAL_PMIDS = {"OMIM:615984", "OMIM:615989", "OMIM:620033", "OMIM:620537"}


@pytest.fixture(scope="module")
def chosen():
    return {disease.id: disease for disease in diseases.load()}


def test_diseases_and_families_are_those_of_the_reference(chosen, reference_split):
    reference = reference_split("diagnosis")
    assert {key: disease.family for key, disease in chosen.items()} == {
        key: row["family"] for key, row in reference.items()
    }


def test_groups_folds_and_validation_differ_from_the_reference_in_four_known_diseases_only(chosen, reference_split):
    reference = reference_split("diagnosis")
    ours = {key: (one.group, one.fold, one.is_validation) for key, one in chosen.items()}
    theirs = {key: (row["group"], row["fold"], row["validation"]) for key, row in reference.items()}
    assert {key for key in ours if ours[key] != theirs[key]} == JOINED_BY_A_CELL_WITH_SEVERAL_PMIDS


def test_the_four_share_a_publication_with_their_group_that_the_reference_does_not_see(chosen, reference_split):
    reference = reference_split("diagnosis")
    for key in JOINED_BY_A_CELL_WITH_SEVERAL_PMIDS:
        others = [one for one in chosen.values() if one.group == chosen[key].group and one.id != key]
        shared = {pmid for one in others for pmid in set(one.pmids) & set(chosen[key].pmids)}
        assert shared
        assert any(reference[one.id]["group"] != reference[key]["group"] for one in others)


def test_fold_and_validation_of_the_reference_follow_from_its_group_ids(reference_split):
    for row in reference_split("diagnosis").values():
        assert diseases.fold_of(row["group"]) == row["fold"]
        assert diseases.is_validation(row["group"]) == row["validation"]


def test_sizes_are_those_of_the_design(chosen):
    families = Counter(one.family for one in chosen.values())
    assert (len(chosen), len(families)) == (917, 23)
    assert (min(families.values()), max(families.values())) == (15, 141)
    assert np.median([len(one.findings) for one in chosen.values()]) == 16
    assert all(len(one.findings) >= 3 for one in chosen.values())


def test_a_publication_of_few_diseases_is_never_on_two_sides(chosen):
    cited = defaultdict(set)
    rows = hpo.load_annotations()
    rows = rows[rows["database_id"].str.startswith("OMIM:") & (rows["aspect"] == "P")]
    for disease, reference in zip(rows["database_id"], rows["reference"], strict=True):
        for pmid in re.findall(r"PMID:\d+", reference):
            cited[pmid].add(disease)
    for one in chosen.values():
        for pmid in one.pmids:
            if len(cited[pmid]) <= 10:
                assert all(chosen[other].fold == one.fold for other in cited[pmid] & chosen.keys())


def test_near_copies_are_never_on_two_sides(chosen):
    sets = [({finding.id for finding in one.findings}, one.group) for one in chosen.values()]
    for number, (findings, group) in enumerate(sets):
        for others, other_group in sets[:number]:
            if group != other_group and findings & others:
                assert len(findings & others) / len(findings | others) < 0.7


def test_a_groups_id_is_its_smallest_disease(chosen):
    members = defaultdict(list)
    for one in chosen.values():
        members[one.group].append(one.id)
    assert all(group == min(ids) for group, ids in members.items())


def test_no_finding_names_its_family(chosen):
    assert not [
        finding.name
        for one in chosen.values()
        for finding in one.findings
        if diseases.names_family(finding.name, one.family)
    ]
    assert not any("cardiomyopathy" in f.name for f in chosen["OMIM:192600"].findings)


def test_families_that_are_hpo_terms_are_left_out(chosen):
    names = {name.lower() for term in hpo.load_terms() for name in (term.name, *term.exact)}
    assert not {one.family for one in chosen.values()} & names
    assert {"retinitis pigmentosa", "spastic paraplegia", "immunodeficiency", "dystonia", "microcephaly"} <= names


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("Charcot-Marie-Tooth disease, axonal, type 2A1", None),
        ("Charcot-Marie-Tooth disease, axonal, type 2A", "charcot-marie-tooth disease"),
        ("Spinocerebellar ataxia, autosomal recessive 7", "spinocerebellar ataxia"),
        ("Mental retardation, X-linked 99, syndromic", "intellectual developmental disorder"),
        (
            "Epileptic encephalopathy, early infantile, 6 (Dravet syndrome)",
            "developmental and epileptic encephalopathy",
        ),
        (
            "Mitochondrial complex IV deficiency, nuclear type 5, (French-Canadian)",
            "mitochondrial complex iv deficiency, nuclear",
        ),
        ("Neuronopathy, distal hereditary motor, type VIIA", "neuronopathy, distal hereditary motor"),
        ("Marfan syndrome", None),
    ],
)
def test_the_family_is_the_name_before_the_number(name, family):
    assert diseases.family_of(name) == family


def test_negated_and_never_seen_findings_are_dropped(chosen):
    rows = hpo.load_annotations()
    rows = rows[rows["database_id"].isin(chosen) & (rows["aspect"] == "P")]
    negated = rows[rows["qualifier"].eq("NOT") | rows["frequency"].str.match(r"^(0/\d+|0%|HP:0040285)$")]
    positive = rows.drop(negated.index)
    positive = set(zip(positive["database_id"], positive["hpo_id"], strict=True))
    assert len(negated)
    for key, term in zip(negated["database_id"], negated["hpo_id"], strict=True):
        if (key, term) not in positive:
            assert term not in {finding.id for finding in chosen[key].findings}


def test_frequencies_pool_counts_over_publications():
    assert diseases._frequency(["1/2", "3/8", ""]) == pytest.approx(0.4)
    assert diseases._frequency(["HP:0040280", "50%"]) == pytest.approx(0.75)
    assert diseases._frequency(["1/4", "HP:0040280"]) == pytest.approx(0.25)
    assert diseases._frequency([""]) is None


def test_frequencies_are_shares_and_a_quarter_is_missing(chosen):
    shares = [finding.frequency for one in chosen.values() for finding in one.findings]
    assert all(share is None or 0 < share <= 1 for share in shares)
    assert 0.2 < sum(share is None for share in shares) / len(shares) < 0.3


def test_the_hash_is_sha256_and_not_pythons_own():
    assert diseases.fold_of("OMIM:108420") == int(hashlib.sha256(b"OMIM:108420").hexdigest(), 16) % 5 == 1


# Simple baselines of default_tasks.md, on exactly the reference split.


@pytest.fixture(scope="module")
def baseline_data(chosen, reference_split):
    reference = reference_split("diagnosis")
    rows = [chosen[key] for key in sorted(reference)]
    return {
        "text": np.array(["; ".join(finding.name for finding in one.findings) for one in rows], dtype=object),
        "family": np.array([one.family for one in rows]),
        "fold": np.array([reference[one.id]["fold"] for one in rows]),
        "held": np.array([(diseases._hash(reference[one.id]["group"]) // 5) % 8 == 0 for one in rows]),
    }


@pytest.fixture(scope="module")
def tfidf(baseline_data):
    """Predictions for one fold, each made once."""
    return functools.cache(functools.partial(tfidf_predictions, baseline_data))


def tfidf_predictions(data, fold):
    test = data["fold"] == fold
    validation = data["held"] & ~test

    def predict(fit, on, strength):
        vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
        model = LogisticRegression(C=strength, class_weight="balanced", max_iter=3000)
        model.fit(vectorizer.fit_transform(data["text"][fit]), data["family"][fit])
        return model.predict(vectorizer.transform(data["text"][on]))

    scores = {
        strength: np.mean(predict(~test & ~validation, validation, strength) == data["family"][validation])
        for strength in (1, 3, 10, 30)
    }
    return predict(~test, test, max(scores, key=scores.__getitem__))


def test_tfidf_and_logistic_regression_reach_the_reference_figures_on_fold_0(baseline_data, tfidf):
    truth = baseline_data["family"][baseline_data["fold"] == 0]
    guess = tfidf(0)
    assert np.mean(guess == truth) == pytest.approx(0.859, abs=0.01)
    assert f1_score(truth, guess, average="macro") == pytest.approx(0.834, abs=0.01)


@pytest.mark.slow
def test_tfidf_and_logistic_regression_reach_the_reference_figures_over_five_folds(baseline_data, tfidf):
    guess = np.empty(len(baseline_data["family"]), dtype=object)
    for fold in range(5):
        guess[baseline_data["fold"] == fold] = tfidf(fold)
    assert np.mean(guess == baseline_data["family"]) == pytest.approx(0.855, abs=0.01)
    assert f1_score(baseline_data["family"], guess, average="macro") == pytest.approx(0.826, abs=0.01)


def test_the_nearest_neighbour_by_jaccard_reaches_the_reference_figures(baseline_data):
    """Sets of words and pairs of words of the findings, known diseases without the validation part."""
    family, fold = baseline_data["family"], baseline_data["fold"]
    counts = CountVectorizer(binary=True, ngram_range=(1, 2), token_pattern=r"\w+").fit_transform(baseline_data["text"])
    sets = counts.toarray().astype(np.float32)
    shared, sizes = sets @ sets.T, sets.sum(axis=1)
    likeness = shared / (sizes[:, None] + sizes - shared)
    guess = np.empty(len(family), dtype=object)
    for test in range(5):
        known = np.flatnonzero((fold != test) & ~baseline_data["held"])
        asked = np.flatnonzero(fold == test)
        guess[asked] = family[known[likeness[np.ix_(asked, known)].argmax(axis=1)]]
    assert np.mean(guess == family) == pytest.approx(0.757, abs=0.01)
    assert np.mean((guess == family)[fold == 0]) == pytest.approx(0.766, abs=0.01)


def test_the_majority_family_reaches_the_reference_figure(baseline_data):
    family, fold = baseline_data["family"], baseline_data["fold"]
    commonest = Counter(family[fold != 0]).most_common(1)[0][0]
    assert np.mean(family[fold == 0] == commonest) == pytest.approx(0.109, abs=0.01)
