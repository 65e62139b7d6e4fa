import pytest

from helpers import doctor
from helpers.core import paths, profiles


def test_small_machine_fits_small_profiles_only():
    table = doctor.fits(memory_gib=3.5, gpu_gib=0.0).set_index("profile")["fits"]
    assert (table["smoke"], table["quick"], table["gpu"]) == ("yes", "no", "no")


def test_gpu_profile_needs_a_gpu_however_much_memory_there_is():
    assert doctor.fits(memory_gib=512, gpu_gib=0.0).set_index("profile").loc["gpu", "fits"] == "no"
    assert (doctor.fits(memory_gib=512, gpu_gib=80.0)["fits"] == "yes").all()
    assert set(doctor.fits(memory_gib=1, gpu_gib=0)["profile"]) == set(profiles.names())


def test_versions_name_what_differs_from_its_pin_and_what_is_missing(tmp_path, monkeypatch):
    import pandas
    import typer

    monkeypatch.setattr(paths, "ROOT", tmp_path)
    (tmp_path / "requirements.txt").write_text(
        f"# a comment\npandas==0.1\ntyper=={typer.__version__}\nno-such-package[extra]==1.0  # why\n\n"
    )
    assert doctor.versions().values.tolist() == [
        ["pandas", "0.1", pandas.__version__],
        ["no-such-package", "1.0", "not installed"],
    ]


def test_build_tag_of_a_package_is_no_difference(tmp_path, monkeypatch):
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    (tmp_path / "requirements.txt").write_text(f"torch=={torch.__version__.split('+')[0]}\n")
    assert doctor.versions().empty


def test_pins_of_the_project_are_all_read():
    lines = [line for line in (paths.ROOT / "requirements.txt").read_text().splitlines() if "==" in line]
    assert len(lines) > 20
    found = doctor.versions()
    assert set(found["package"]) <= {line.split("==")[0].split("[")[0] for line in lines}


def test_missing_model_says_what_to_do(monkeypatch):
    from helpers.lm import model_files

    monkeypatch.setattr(model_files, "is_present", lambda name: name == "minilm")
    tables = doctor.examine()
    states = tables["Embedded models"].set_index("model")["state"]
    assert states["minilm"] == "present" and "make setup" in states["smollm2"]
    machine = tables["Machine"].set_index("what")["found"]
    assert "GiB" in machine["memory"] and int(machine["cores"]) >= 1
