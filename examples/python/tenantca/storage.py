# SPDX-License-Identifier: MIT
"""What a rollout remembers between runs, and where: storage.h."""
import os
import threading
from itertools import count
from typing import Any, Dict, Iterable, Optional, Tuple, Union

from .errors import ArgumentError, ConflictError, NotFoundError


class Storage:
    """What keeps values: derive from it, or bring an object with the same four methods.

    A version is bytes (1 to 64), and differs whenever the value was replaced.
    """

    def load(self, key: str) -> Optional[Tuple[bytes, bytes]]:
        """The value and its version; None where there is nothing."""
        raise NotImplementedError

    def swap(self, key: str, value: bytes, expected: Optional[bytes]) -> bytes:
        """Keep the value if the version is the expected one (None: if nothing is there) and return the new
        one; else raise ConflictError."""
        raise NotImplementedError

    def remove(self, key: str, expected: bytes) -> None:
        """Raise ConflictError for another version, NotFoundError where there is nothing."""
        raise NotImplementedError

    def list(self, prefix: str) -> Iterable[str]:
        raise NotImplementedError


class MemoryStorage(Storage):
    """For tests, and for who keeps nothing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: Dict[str, Tuple[bytes, bytes]] = {}
        self._versions = count(1)

    def load(self, key: str) -> Optional[Tuple[bytes, bytes]]:
        return self._values.get(key)

    def _expect(self, key: str, expected: Optional[bytes]) -> None:
        kept = self._values.get(key)
        if (None if kept is None else kept[1]) != expected:
            raise ConflictError("%s has another version" % key)

    def swap(self, key: str, value: bytes, expected: Optional[bytes]) -> bytes:
        with self._lock:
            self._expect(key, expected)
            version = b"%d" % next(self._versions)
            self._values[key] = (value, version)
        return version

    def remove(self, key: str, expected: bytes) -> None:
        with self._lock:
            if key not in self._values:
                raise NotFoundError(key)
            self._expect(key, expected)
            del self._values[key]

    def list(self, prefix: str) -> Iterable[str]:
        return [key for key in list(self._values) if key.startswith(prefix)]


class SQLiteStorage(Storage):
    """In a file, for any number of processes on one machine. What cannot be read or written is an OSError."""

    def __init__(self, path: Union[str, "os.PathLike[str]"], timeout: float = 10.0) -> None:
        self.path = os.fsdecode(path)
        if self.path in ("", ":memory:"):
            raise ArgumentError("a file is wanted: each use opens it anew")
        self.timeout = timeout  # seconds for which one waits for another

    def _do(self, statement: str, *values: Any) -> Tuple[Any, int]:
        """The rows, and how many were changed; each statement is a transaction of its own."""
        import sqlite3

        try:
            connection = sqlite3.connect(self.path, timeout=self.timeout, isolation_level=None)
            try:
                connection.execute("CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value BLOB NOT NULL, "
                                   "version BLOB NOT NULL)")
                done = connection.execute(statement, values)
                return done.fetchall(), done.rowcount
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise OSError("%s: %s" % (self.path, error)) from error

    def load(self, key: str) -> Optional[Tuple[bytes, bytes]]:
        rows, _ = self._do("SELECT value, version FROM kept WHERE key = ?", key)
        return (bytes(rows[0][0]), bytes(rows[0][1])) if rows else None

    def swap(self, key: str, value: bytes, expected: Optional[bytes]) -> bytes:
        version = os.urandom(16)
        if expected is None:
            _, changed = self._do("INSERT OR IGNORE INTO kept (value, version, key) VALUES (?, ?, ?)", value, version, key)
        else:
            _, changed = self._do("UPDATE kept SET value = ?, version = ? WHERE key = ? AND version = ?", value, version,
                                  key, expected)
        if changed != 1:
            raise ConflictError("%s has another version" % key)
        return version

    def remove(self, key: str, expected: bytes) -> None:
        _, changed = self._do("DELETE FROM kept WHERE key = ? AND version = ?", key, expected)
        if changed != 1:
            raise NotFoundError(key) if self.load(key) is None else ConflictError("%s has another version" % key)

    def list(self, prefix: str) -> Iterable[str]:
        rows, _ = self._do("SELECT key FROM kept WHERE substr(key, 1, ?) = ?", len(prefix), prefix)
        return [key for (key,) in rows]
