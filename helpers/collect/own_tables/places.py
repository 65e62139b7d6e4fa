"""Where the files of a source are: a path, a folder, a glob, an archive or a URL, all opened through fsspec."""

import io
import lzma
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

import fsspec
from fsspec.core import has_magic, url_to_fs
from fsspec.implementations.zip import ZipFileSystem
from fsspec.utils import infer_compression

from helpers.core import paths
from helpers.core.errors import RecordError

_DAMAGED = (EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)
_LEFT_OUT = ("__MACOSX", ".")  # what archives and desktops leave behind; beginnings of a name
_REMEDY = (
    "mend the source's path in the task; a relative one is looked for beside the task file, here, in the project, and "
    "among published data sets in data/, or in the folder that CLINTUNE_DATA names"
)


class Place(NamedTuple):
    """One file of a source."""

    name: str  # within the source
    path: str  # within its file system
    system: fsspec.AbstractFileSystem

    @property
    def ending(self) -> str:
        """`.csv` of `notes.csv` and of `notes.csv.gz`, in lower case."""
        packed = infer_compression(self.name) is not None
        return posixpath.splitext(posixpath.splitext(self.name)[0] if packed else self.name)[1].lower()


def find(path: str, *, beside: str = "") -> list[Place]:
    """Every file of a source, sorted by name; a `.zip` is a folder. Hidden files and gold files are left out.

    Args:
        path: A file, folder or glob on this machine, or a URL of any file system that fsspec has a backend for.
        beside: Folder in which a relative path is looked for first, see `paths.looked_in`.

    Raises:
        RecordError: If there is no such file, no backend, or the archive is damaged.
    """
    system, root = _system(path, beside)
    if system.isfile(root) and root.lower().endswith(".zip"):
        system, root = _archive(system, root), ""
    if root and system.isfile(root):
        return [Place(posixpath.basename(root), root, system)]
    if has_magic(root) and not system.isdir(root):
        found, stem = [item for item in system.glob(root) if system.isfile(item)], _before_magic(root)
    else:
        found, stem = system.find(root), root
    places = [Place(posixpath.relpath(item, stem) if stem else item, item, system) for item in sorted(found)]
    places = [place for place in places if not _is_left_out(place.name)]
    if not places:
        raise RecordError("A source holds no file", found=_last(path), expected="at least one", remedy=_REMEDY)
    return places


@contextmanager
def opened(place: Place, *, called: str = "") -> Iterator[BinaryIO]:
    """The bytes of a file, decompressed by its ending.

    Args:
        place: The file.
        called: What an error calls it, where its name may point to a person; its name when empty.

    Raises:
        RecordError: If it cannot be opened, or not be read to its end.
    """
    try:
        with place.system.open(place.path, "rb", compression="infer") as handle:
            yield handle
    except RuntimeError as error:
        if "password" not in str(error):  # zipfile has no error of its own for it
            raise
        raise RecordError(
            f"{called or place.name} stands in an encrypted archive",
            expected="an archive that opens without a password",
        ) from None
    except _DAMAGED as error:
        raise RecordError(
            f"{called or place.name} cannot be read to its end",
            found=f"a file that is cut off, damaged or closed to this user ({type(error).__name__})",
            expected="a whole file",
            remedy="copy or export it again; for a .gz, `gzip -t` tells whether it is whole",
        ) from None


def decoded(data: bytes, *, encoding: str, fallback: str | None) -> tuple[str, str] | None:
    """Text, and the encoding if it was the fallback; None where neither reads it."""
    for name, said in ((encoding, ""), (fallback, fallback)):
        if name is not None:
            try:
                return data.decode(name), said or ""
            except UnicodeDecodeError:
                continue
    return None


def _system(path: str, beside: str) -> tuple[fsspec.AbstractFileSystem, str]:
    if "://" in path or "::" in path:
        try:
            system, root = url_to_fs(path)
        except (ImportError, ValueError) as error:
            known = isinstance(error, ImportError)  # fsspec's own sentence then names the package
            raise RecordError(
                f"There is no backend for the URLs {path.split('://')[0]}://",
                found=str(error) if known else "a protocol that fsspec does not know",
                expected="a path on this machine, or a protocol whose package is installed",
                remedy="install that package, or copy the file here",
            ) from None
        try:
            is_there = has_magic(root) or system.exists(root)
        except Exception as error:  # each backend has errors of its own, and their texts may hold a password
            raise RecordError(
                f"A source at {path.split('://')[0]}:// cannot be reached",
                found=type(error).__name__,
                remedy="check the address, the network and the credentials of that service",
            ) from None
        if not is_there:
            raise RecordError("A source does not exist", found=_last(path), remedy="mend the source's path in the task")
        return system, root
    local = fsspec.filesystem("file")
    for folder in paths.looked_in(beside):
        root = (folder / Path(path).expanduser()).absolute().as_posix()
        if local.exists(root) or (has_magic(root) and local.glob(root)):
            return local, root
    raise RecordError("A source does not exist", found=_last(path), expected="a file, folder or glob", remedy=_REMEDY)


def _archive(system: fsspec.AbstractFileSystem, root: str) -> ZipFileSystem:
    try:
        return ZipFileSystem(io.BufferedReader(system.open(root, "rb")))
    except _DAMAGED:
        raise RecordError(
            f"{posixpath.basename(root)} is no whole .zip archive", remedy="copy or make it again"
        ) from None


def _before_magic(root: str) -> str:
    parts = root.split("/")
    return "/".join(parts[: next(i for i, part in enumerate(parts) if has_magic(part))]) or "/"


def _is_left_out(name: str) -> bool:
    return ".gold." in posixpath.basename(name) or any(part.startswith(_LEFT_OUT) for part in name.split("/"))


def _last(path: str) -> str:
    """The last part of a path or URL: what comes before may hold a password."""
    return posixpath.basename(path.rstrip("/"))
