import os
import sys
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # before anything imports huggingface_hub: tests never use the network
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_agent_register_timeout_ms", "120000")
if "PYTEST_XDIST_WORKER" in os.environ:  # tests beside this one want the other cores
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest

from helpers.core import paths, records


def pytest_collection_modifyitems(items):
    """Files with a slow test come first, so that `pytest -n 2` does not end with one worker waiting for the other."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(autouse=True)
def isolated(tmp_path_factory, monkeypatch):
    """Runs and keys of a test go to temporary folders, never to the user's own."""
    folder = tmp_path_factory.mktemp("clintune")
    monkeypatch.setenv("CLINTUNE_OUTPUTS", str(folder / "outputs"))
    monkeypatch.setenv("CLINTUNE_SECRETS", str(folder / "secrets"))


@pytest.fixture(scope="session")
def two_ray_workers():
    """Ray on this machine with two workers; skips where it is not installed."""
    ray = pytest.importorskip("ray", reason="ray is not installed (requirements-labs.txt)")
    settings = {"address": "local", "num_cpus": 2, "object_store_memory": 100 * 2**20}  # never one that runs already
    settings |= {"include_dashboard": False, "log_to_driver": False}
    try:
        ray.init(**settings)
    except Exception:  # Ray waits half a minute for itself, too little on a busy machine
        ray.shutdown()
        ray.init(**settings)
    yield
    ray.shutdown()


@pytest.fixture
def clintune(monkeypatch, capsys):
    """Call the command as a user does, in a wide window; gives exit code, standard output and standard error."""
    from helpers import cli, cli_annotate, cli_card, cli_curve, cli_fit, cli_seeds, cli_sweep

    for module in (cli, cli_annotate, cli_card, cli_curve, cli_fit, cli_seeds, cli_sweep):
        monkeypatch.setattr(module.out, "_width", 200)

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["clintune", *map(str, arguments)])
        try:
            cli.main()
            code = 0
        except SystemExit as stopped:
            code = stopped.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture(scope="session")
def shared():
    """The reference data beside the checkout; tests that need it are reported as skipped where it is absent."""
    folder = Path(os.environ.get("CLINTUNE_SHARED", paths.ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"no reference data: set CLINTUNE_SHARED, or put it at {folder}")
    return folder


@pytest.fixture(scope="session")
def tiny_model_dir(tmp_path_factory):
    """A two-layer Llama of 0.8 million parameters with SmolLM2's own tokenizer and template, in safetensors."""
    from transformers import LlamaConfig, LlamaForCausalLM

    from helpers.lm import models

    tokenizer = models.load_tokenizer("smollm2")
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=2048,
        tie_word_embeddings=True,
        initializer_range=0.3,  # the untrained model then has opinions, so that mistakes in scoring show
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return _untrained(LlamaForCausalLM, config, tokenizer, tmp_path_factory.mktemp("tiny-llama"))


@pytest.fixture
def tiny_model(tiny_model_dir):
    """The tiny model, freshly loaded, with its tokenizer."""
    from helpers.lm import models

    return models.load_causal(str(tiny_model_dir))


@pytest.fixture(scope="session")
def tiny_encoder_dir(tmp_path_factory):
    """A two-layer BERT of about a million parameters with MiniLM's own tokenizer, in safetensors; it reads 64 tokens."""
    from transformers import BertConfig, BertModel

    from helpers.lm import models

    tokenizer = models.load_plain_tokenizer("minilm")
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=64,
        pad_token_id=tokenizer.pad_token_id,
    )
    return _untrained(BertModel, config, tokenizer, tmp_path_factory.mktemp("tiny-bert"))


def _untrained(model_class, config, tokenizer, folder):
    """A model with the same random weights each time, saved with its tokenizer."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = model_class(config)
    model.save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture
def sick_records():
    """Forty-eight made-up sentences in which none, one or two of three diseases are named."""
    names = ("colon cancer", "Wilson disease", "ataxia")
    rows = []
    for number in range(48):
        named = [names[(number + step) % 3] for step in range(number % 3)]
        told = " and ".join(named) or "nothing of note"
        rows.append(
            {
                "record_id": f"s{number:02d}",
                "kind": "journal",
                "source": "made_up",
                "text": f"Family {number} has {told}, as told before.",
                "references": ["\n".join(named) or "none"],
            }
        )
    return records.to_frame(rows)


@pytest.fixture
def few_records():
    """Twelve made-up classified records, three labels in turn, texts of different length."""
    labels = ["cerebellar ataxia", "cerebral palsy", "dystonia"]
    rows = [
        {
            "record_id": f"r{number:02d}",
            "kind": "clinical_note",
            "source": "made_up",
            "text": f"Case {number}: unsteady gait" + ", slurred speech" * (number % 4) + ".",
            "labels": [labels[number % 3]],
        }
        for number in range(12)
    ]
    return records.to_frame(rows)


@pytest.fixture
def stand_in(tmp_path, tiny_model_dir, monkeypatch):
    """A provider on this machine that serves and tunes the tiny model; its key is in the environment."""
    import hosted_stand_in

    monkeypatch.setenv("OPENAI_API_KEY", hosted_stand_in.KEY)
    with hosted_stand_in.running(hosted_stand_in.StandIn(tiny_model_dir, tmp_path / "provider")) as found:
        yield found


@pytest.fixture
def out(tmp_path, few_records, stand_in):
    """Records that may go to the stand-in."""
    import leaving

    house = tmp_path / "run"
    house.mkdir()
    return leaving.local(leaving.build(house, few_records), stand_in)
