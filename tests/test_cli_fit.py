import shutil


def test_fit_shows_this_machine_and_cards_from_the_configuration_alone(clintune, tiny_model_dir, tmp_path):
    shutil.copy(tiny_model_dir / "config.json", tmp_path)  # no weights
    code, said, errors = clintune("fit", tmp_path, "--tokens", 1000, "--method", "full")
    assert code == 0, errors
    assert "this machine (CPU)" in said and "full" in said and "H100 80 GB" in said and "1 million parameters" in said


def test_fit_of_a_model_that_is_not_there_says_so(clintune, tmp_path):
    code, _, errors = clintune("fit", tmp_path / "none")
    assert code == 1 and "cannot be loaded" in errors
