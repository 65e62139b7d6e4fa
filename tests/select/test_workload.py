import pytest

from helpers.core.settings import Select
from helpers.core.tasks import Prompt
from helpers.core.train_settings import Train
from helpers.lm import models, prompts
from helpers.select import resources, workload

TEXTS = ["gait ataxia", "hypotonia " * 200]
PROMPT = Prompt(system="Name it.", user="{text}\n\nName?")
ALIKE = {"epochs": 2, "token_budget": 10**6, "learning_rate": 1e-4, "batch_size": 4, "max_length": 100}


@pytest.fixture
def planned(tiny_model_dir, tiny_encoder_dir):
    tokenizer = models.load_tokenizer(str(tiny_model_dir))
    choice = Select(llm=str(tiny_model_dir), encoder=str(tiny_encoder_dir))

    def plan(route, **changes):
        settings = Train(route=route, **ALIKE | changes)
        return workload.of(
            TEXTS, records=10, settings=settings, choice=choice, prompt=PROMPT, tokenizer=tokenizer
        ), tokenizer

    return plan


def test_a_language_model_reads_the_whole_prompt_in_the_way_the_profile_says(planned, tiny_model_dir):
    found, tokenizer = planned("causal", adapter_layers=1, remember_lower=True)
    lengths = [len(prompts.encode(tokenizer, prompts.render(tokenizer, PROMPT, text))) for text in TEXTS]
    assert found.model == str(tiny_model_dir) and found.plan["method"] == "lora"
    assert found.plan["longest"] == found.plan["length"] == min(lengths) < 100 < max(lengths)
    assert found.plan["tokens"] == min(lengths) * 10  # two epochs of the half that is not too long
    assert found.plan["adapted_layers"] == 1 and found.plan["remembered_epochs"] == 2


def test_long_texts_are_cut_or_left_out_as_in_04(planned):
    cut, _ = planned("causal", too_long="truncate")
    assert cut.plan["longest"] == 100 and cut.plan["tokens"] == round(cut.plan["length"] * 20)
    assert planned("causal", too_long="truncate", skip_longest=0.5)[0].plan["longest"] < 100
    assert planned("causal", max_length=16)[0].plan["longest"] == 16  # all of the sample are too long


def test_an_encoder_reads_the_text_up_to_its_limit_and_is_trained_whole(planned, tiny_encoder_dir):
    found, _ = planned("encoder")
    assert found.model == str(tiny_encoder_dir) and not found.plan["shape"].has_head
    assert found.plan["longest"] == 64 and found.plan["tokens"] == found.plan["length"] * 20 < 64 * 20
    assert planned("encoder", skip_longest=0.5)[0].plan == found.plan  # only a language model's are skipped
    table = resources.estimate(**found.plan, gflops=100, memory_gib_here=8)
    assert set(table["method"]) == {"full"}


def test_the_token_budget_is_kept(planned):
    assert planned("encoder", token_budget=50)[0].plan["tokens"] == 50


def test_of_a_hosted_model_the_local_one_is_reckoned(planned, tiny_model_dir):
    assert planned("hosted")[0].model == str(tiny_model_dir)
