"""De-identification: structured rules, known demographics, a trained tagger, propagation, surrogates, scoring."""
