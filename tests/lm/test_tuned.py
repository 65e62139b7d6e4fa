import pytest

from helpers.core import records
from helpers.lm import encoders, tuned


@pytest.mark.parametrize("kind", ["classification", "extraction"])
def test_texts_that_an_encoder_does_not_read_to_their_end_are_counted(tiny_encoder_dir, tmp_path, kind):
    encoder = encoders.fresh(str(tiny_encoder_dir), kind=kind, labels=("ataxia", "palsy"))
    folder = encoders.save(encoder, tmp_path / tuned.FOLDER)
    most = encoder.head.max_tokens - 2  # words of one token each, beside the two at both ends
    texts = ["gait", "word " * most, "word " * (most + 1), "word " * 500]
    asked = records.to_frame(
        {"record_id": str(row), "kind": "clinical_note", "text": text} for row, text in enumerate(texts)
    )
    assert tuned.count_cut("encoder", folder, asked) == 2
    assert tuned.count_cut("causal", tmp_path, asked) == tuned.count_cut("hosted", tmp_path, asked) == 0
