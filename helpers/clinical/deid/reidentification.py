"""An optional encrypted map from surrogates and codes back to the originals. Nothing writes one unless it is asked to.

The file begins with a line that names its version and the salt of its key; each later line is one encrypted batch of
entries (Fernet: AES-128-CBC with HMAC-SHA256; the key by scrypt from a passphrase or a given secret). Whoever holds file
and key can undo the de-identification: under safe_harbor neither may go to whoever receives the records
(45 CFR 164.514(c)).
"""

import base64
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from helpers.core import paths
from helpers.core.errors import PhiError

_HEAD = "clintune-reidentification-1"
_LEAST = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands for what.

    Args:
        patient: The code that stands for the patient in the outputs.
        kind: `code` for an id of a record, resource or patient, else the label of the identifier.
        written: The code or surrogate in the outputs.
        original: What stood there before.
    """

    patient: str
    kind: str
    written: str
    original: str


def append(path: Path, entries: Iterable[Entry], *, key: bytes | str) -> int:
    """Add entries to the map at `path`, which is made with mode 0600 if there is none; entries already there are skipped.

    The whole file is written beside the old one and put in its place in one step, so a half-written map is never left.

    Args:
        path: Outside `outputs/`.
        entries: What to remember.
        key: A passphrase or secret of at least 12 characters, the same each time.

    Returns:
        How many entries were new.

    Raises:
        PhiError: If the path lies under `outputs/`, the key is short or not that of the file, the file is damaged, or it
            cannot be written. No message quotes an entry.
    """
    target = _checked(path)
    old = target.read_text(encoding="ascii", errors="replace").splitlines() if target.exists() else []
    salt = _salt(old) if old else os.urandom(16)
    fernet = _fernet(key, salt)
    known = set(_decrypted(old[1:], fernet))
    new = [entry for entry in dict.fromkeys(entries) if entry not in known]
    if not new and old:
        return 0
    content = json.dumps([asdict(entry) for entry in new]).encode()
    lines = old or [f"{_HEAD} {base64.urlsafe_b64encode(salt).decode()}"]
    _write(target, "\n".join([*lines, fernet.encrypt(content).decode()]) + "\n")
    return len(new)


def read(path: Path, *, key: bytes | str) -> list[Entry]:
    """All entries of a map, in the order they were added.

    Raises:
        PhiError: If there is no map, the key is not that of the file, or the file is damaged.
    """
    if not path.is_file():
        raise PhiError("There is no re-identification map here", expected="a file that append has written")
    lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    return _decrypted(lines[1:], _fernet(key, _salt(lines)))


def originals(path: Path, written: str, *, key: bytes | str, patient: str | None = None) -> list[Entry]:
    """The entries behind one surrogate or code; several, where a surrogate stands for different patients' values.

    Raises:
        PhiError: As `read`.
    """
    return [entry for entry in read(path, key=key) if entry.written == written and patient in (None, entry.patient)]


def _checked(path: Path) -> Path:
    target = path.expanduser().resolve()
    outputs = paths.outputs().resolve()
    if target.is_relative_to(outputs) or "outputs" in target.parts:
        raise PhiError(
            "A re-identification map may not lie under outputs/, from where runs are shared",
            expected="a folder of its own, such as that of the keys",
            remedy="name a path outside outputs/",
        )
    return target


def _fernet(key: bytes | str, salt: bytes) -> Fernet:
    secret = key.encode() if isinstance(key, str) else bytes(key or b"")
    if len(secret) < _LEAST:
        raise PhiError(
            "The key of the re-identification map is missing or too short",
            found=f"{len(secret)} bytes",
            expected=f"{_LEAST} bytes or more",
            remedy="choose a longer passphrase",
        )
    return Fernet(base64.urlsafe_b64encode(Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(secret)))


def _salt(lines: list[str]) -> bytes:
    head = lines[0].split(" ") if lines else []
    try:
        if len(head) == 2 and head[0] == _HEAD:
            return base64.b64decode(head[1], altchars=b"-_", validate=True)
    except ValueError as error:
        raise _damaged() from error
    raise _damaged()


def _decrypted(lines: list[str], fernet: Fernet) -> list[Entry]:
    try:
        return [Entry(**entry) for line in lines for entry in json.loads(fernet.decrypt(line.encode()))]
    except InvalidToken:
        raise PhiError(
            "The re-identification map does not open",
            found="a wrong key, or a file changed since",
            expected="the key it was made with",
            remedy="give that key; without it the map is lost",
        ) from None
    except (ValueError, TypeError):
        raise _damaged() from None


def _damaged() -> PhiError:
    return PhiError("This is no re-identification map, or it is damaged", remedy="restore it from a copy")


def _write(target: Path, content: str) -> None:
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, target)
    except OSError as error:
        raise PhiError(
            "The re-identification map could not be written",
            found=error.strerror,
            remedy="free some space, or mend the folder",
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
