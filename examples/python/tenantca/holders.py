# SPDX-License-Identifier: MIT
"""Places of one's own that trust CA certificates."""
import os
from typing import Union


class AnchorHolder:
    """A place of one's own that trusts CA certificates: derive from it, or bring the same two methods."""

    def load(self) -> bytes:
        """What is trusted now: PEM as replace() was given it, or nothing."""
        raise NotImplementedError

    def replace(self, pem: bytes) -> None:
        """Trust these and no others, as a whole or not at all."""
        raise NotImplementedError


class TrustFile(AnchorHolder):
    """A PEM file that is replaced whole, for what reads one; the file before is not kept.

    Links are followed; owner, group and mode stay those of the file before. A new file may be read by all.
    """

    def __init__(self, path: Union[str, "os.PathLike[str]"]) -> None:
        self.path = os.fsdecode(path)

    def load(self) -> bytes:
        try:
            with open(self.path, "rb") as file:
                return file.read()
        except FileNotFoundError:
            return b""

    def replace(self, pem: bytes) -> None:
        import tempfile

        path = os.path.realpath(self.path)
        folder = os.path.dirname(path)
        number, beside = tempfile.mkstemp(prefix=os.path.basename(path) + ".", dir=folder)
        try:
            with open(number, "wb") as file:
                _look_alike(number, path)
                file.write(pem)
                file.flush()
                os.fsync(number)
            os.replace(beside, path)
        except BaseException:
            os.unlink(beside)
            raise
        _sync_folder(folder)


def _look_alike(number: int, path: str) -> None:
    try:
        before = os.stat(path)
    except FileNotFoundError:
        os.fchmod(number, 0o644)
        return
    made = os.fstat(number)
    if (before.st_uid, before.st_gid) != (made.st_uid, made.st_gid):
        os.fchown(number, before.st_uid, before.st_gid)
    os.fchmod(number, before.st_mode & 0o777)


def _sync_folder(folder: str) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
