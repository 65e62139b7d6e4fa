"""How much to run, and on what, read from `notebooks/profiles/*.yaml`."""

from typing import Any, Literal

from pydantic import Field, model_validator

from helpers.core import configs, paths
from helpers.core.settings import Collect, Deploy, Egress, Evaluate, Preprocess, Select, Strict
from helpers.core.train_settings import Train


class Profile(Strict):
    """Everything a run may vary without touching code."""

    name: str = Field(description="Name of the profile; the file's name.")
    description: str = Field(description="For whom and how long, in one sentence.")
    device: Literal["cpu", "cuda"] = Field("cpu", description="Where models run.")
    devices: int = Field(
        1,
        ge=1,
        le=1024,
        description="GPUs, or processes on a CPU, that 04 trains on; they share each batch, so the result is the same.",
    )
    execution: Literal["local", "ray"] = Field(
        "local",
        description="Where 01 and 02 read and prepare records: here, or by Ray Data on the cluster at RAY_ADDRESS (without "
        "one, on this machine's cores); the result is the same.",
    )
    min_memory_gib: float = Field(4.0, gt=0, description="Main memory it needs.")
    min_gpu_gib: float = Field(0.0, ge=0, description="GPU memory it needs; 0 for none.")
    egress: Egress = Egress()
    collect: Collect = Collect()
    preprocess: Preprocess
    select: Select = Select()
    train: Train
    evaluate: Evaluate = Evaluate()
    deploy: Deploy = Deploy()

    @model_validator(mode="after")
    def _hosted_route_names_a_model(self) -> "Profile":
        if self.train.route == "hosted" and self.select.hosted is None:
            raise ValueError("train.route hosted needs select.hosted, the model to tune")
        return self

    @model_validator(mode="after")
    def _training_fits_devices(self) -> "Profile":
        train, share = self.train, self.train.batch_size // self.devices
        if self.devices > 1 and train.route != "causal":
            raise ValueError(f"several devices train route causal only, not {train.route}")
        if self.device == "cpu" and (train.packing or train.precision == "4bit" or train.distributed == "fsdp2"):
            raise ValueError("packing, precision 4bit and fsdp2 need device cuda")
        if train.method == "full" and train.precision == "bf16" and self.device == "cpu":
            raise ValueError("method full in bf16 needs device cuda; on a CPU take precision fp32")
        if share * self.devices != train.batch_size or share % min(train.micro_batch_size, share):
            raise ValueError(
                f"batch_size {train.batch_size} cannot be shared by {self.devices} device(s) in parts of "
                f"micro_batch_size {train.micro_batch_size}"
            )
        if self.devices > 1 and train.distributed == "fsdp2" and train.precision == "4bit":
            raise ValueError("fsdp2 does not share out a base in 4 bits: take ddp")
        return self


def load(name: str, overrides: dict[str, Any] | None = None) -> Profile:
    """Read a profile by name and apply dotted overrides such as `{"train.learning_rate": 5.0e-4}`.

    Raises:
        ProfileError: If the file is missing, or naming every field that is wrong or unknown, all at once.
    """
    return configs.load(Profile, paths.PROFILES, name, overrides)


def names() -> list[str]:
    """Profiles that can be chosen."""
    return configs.names(paths.PROFILES)
