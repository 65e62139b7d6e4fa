"""Read safetensors files without torch, BF16 included, one tensor at a time."""

import json
import mmap
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from helpers.core.errors import StageError

_DTYPES = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "BF16": np.dtype("<u2")}


@dataclass(frozen=True)
class Stored:
    """Where a tensor lies in a safetensors file."""

    path: Path
    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int

    def read(self) -> np.ndarray:
        """The tensor as float32."""
        with self.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
            raw = np.frombuffer(view[self.start : self.end], _DTYPES[self.dtype])
        if self.dtype == "BF16":
            raw = (raw.astype(np.uint32) << 16).view(np.float32)
        return raw.astype(np.float32).reshape(self.shape)


def find(folder: Path) -> dict[str, Stored]:
    """List the tensors of all safetensors files in a folder by name.

    Raises:
        StageError: If there are none, or one has a number format other than F32, F16 and BF16.

    Source:
        https://github.com/huggingface/safetensors#format
    """
    found: dict[str, Stored] = {}
    for path in sorted(folder.glob("*.safetensors")):
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(length))
        for name, entry in header.items():
            if name == "__metadata__":
                continue
            if entry["dtype"] not in _DTYPES:
                raise StageError(
                    f"Tensor {name} has a number format that is not exported",
                    found=entry["dtype"],
                    expected=", ".join(_DTYPES),
                    remedy="merge the adapter into an unquantised base model",
                )
            start, end = (8 + length + offset for offset in entry["data_offsets"])
            found[name] = Stored(path, entry["dtype"], tuple(entry["shape"]), start, end)
    if not found:
        raise StageError("The merged model has no weights", found=folder.name, expected="*.safetensors files")
    return found
