"""Other engines, as real servers: Virtuoso, which all workers of a test run share, and `oxigraph serve`."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import sys
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.parts import ROOT
from tests.serving import free_port
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest


SETTINGS = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
TempStorage = TempDatabase

[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
MaxCheckpointRemap = 2000

[Parameters]
ServerPort = 127.0.0.1:{port}
DisableUnixSocket = 1
ServerThreads = 10
CheckpointInterval = 0
CaseMode = 2
DirsAllowed = {folder}
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000

[HTTPServer]
ServerPort = 127.0.0.1:{web}
ServerThreads = 10

[SPARQL]
ResultSetMaxRows = 10000
"""


class Engine(NamedTuple):
    """A server: where it is asked, and as whom it is written to."""

    address: str
    user: str = ""
    password: str = ""

    def environment(self) -> dict[str, str]:
        """What a command needs in its environment to write there."""
        return {**os.environ, "KZKG_USER": self.user, "KZKG_PASSWORD": self.password}


def answers(port: int, path: str) -> bool:
    """Whether a server answers at all."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        connection.getresponse().read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True


def up(process: subprocess.Popen[bytes], port: int, path: str) -> bool:
    """Wait until a server answers; False where it has ended."""
    return until(lambda: process.poll() is not None or answers(port, path)) and process.poll() is None


def kept(folder: Path, owner: int, *words: str) -> subprocess.Popen[bytes]:
    """Start a program that ends when its owner does."""
    keeper = [sys.executable, "-m", "tests.keeper", str(owner), str(folder), *words]
    with (folder.parent / f"{folder.name}.out").open("wb") as out:
        return subprocess.Popen(keeper, stdout=out, stderr=out, cwd=ROOT, start_new_session=True)


def started_virtuoso(folder: Path, owner: int) -> Engine:
    """Start Virtuoso in a folder of its own, and let a user write who has a password."""
    for _ in range(3):  # another program may have taken a port between looking and using
        folder.mkdir()
        port, web = free_port(), free_port()
        (folder / "virtuoso.ini").write_text(SETTINGS.format(folder=folder, port=port, web=web))
        process = kept(folder, owner, "virtuoso-t", "+foreground", "+configfile", "virtuoso.ini")
        if up(process, web, "/sparql"):
            break
        process.terminate()
        process.wait()
        folder = folder.with_name(f"{folder.name}-again")
    else:
        raise AssertionError(f"Virtuoso did not start; see {folder.parent}")
    password = secrets.token_hex(8)
    commands = f"DB.DBA.USER_CREATE('loader', '{password}'); GRANT SPARQL_UPDATE TO \"loader\";"
    isql = ["isql-vt", f"127.0.0.1:{port}", "dba", "dba", "ERRORS=STDOUT", f"exec={commands}"]
    done = subprocess.run(isql, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == 0, done.stdout
    assert "Error" not in done.stdout, done.stdout
    return Engine(f"http://127.0.0.1:{web}/sparql", "loader", password)


def load(engine: Engine, *words: str) -> subprocess.CompletedProcess[str]:
    """Fill an engine with `kzkg load`."""
    command = [sys.executable, "-m", "kzkg", "--store", engine.address, "load", *words]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=engine.environment(), cwd=ROOT, timeout=PATIENCE
    )


def shared_virtuoso(factory: pytest.TempPathFactory) -> Engine:
    """Give the one Virtuoso of this test run, which holds the shipped graph; the first who asks starts it."""
    import fcntl

    worker = "PYTEST_XDIST_WORKER" in os.environ
    root = factory.getbasetemp().parent if worker else factory.getbasetemp()
    ready = root / "virtuoso.json"
    with (root / "virtuoso.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            engine = started_virtuoso(
                root / f"virtuoso-{secrets.token_hex(4)}", os.getppid() if worker else os.getpid()
            )
            done = load(engine, "--no-history", str(ROOT))
            assert done.returncode == 0, done.stderr
            ready.write_text(json.dumps(engine))
        return Engine(*json.loads(ready.read_text()))


@contextlib.contextmanager
def oxigraph(folder: Path) -> Iterator[Engine]:
    """Start an empty `oxigraph serve`."""
    for number in range(3):
        port = free_port()
        place = folder / f"oxigraph-{number}"
        place.mkdir()
        program = str(Path(sys.executable).with_name("oxigraph"))
        words = [program, "serve", "--location", str(place), "--bind", f"127.0.0.1:{port}"]
        with (folder / f"oxigraph-{number}.log").open("wb") as out:
            process = subprocess.Popen(words, stdout=out, stderr=out)
        try:
            if up(process, port, "/query"):
                yield Engine(f"http://127.0.0.1:{port}/query")
                return
        finally:
            process.kill()
            process.wait()
    raise AssertionError(f"oxigraph serve did not start; see {folder}")
