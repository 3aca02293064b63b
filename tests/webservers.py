"""Real web servers of Debian over a folder, each with its own configuration, port and files, and without rights."""

import contextlib
import os
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from serving import Answer, free_port

from tests.waiting import PATIENCE, until

MODULES = Path("/usr/lib/apache2/modules")
APACHE = """\
ServerRoot "{home}"
DefaultRuntimeDir "{home}"
PidFile "{home}/apache.pid"
ErrorLog "{home}/error.log"
Mutex "file:{home}" default
Listen 127.0.0.1:{port}
ServerName localhost
{modules}
StartServers 1
ThreadsPerChild 8
MinSpareThreads 1
MaxSpareThreads 8
MaxRequestWorkers 8
ServerLimit 1
TypesConfig /dev/null
DirectoryIndex index.html
<Directory />
AllowOverride None
Require all denied
</Directory>
<Directory "{home}">
AllowOverride All
Require all granted
</Directory>
{hosts}
"""
NGINX = """\
daemon off;
worker_processes 1;
pid {home}/nginx.pid;
error_log {home}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {home}/body; proxy_temp_path {home}/proxy; fastcgi_temp_path {home}/fastcgi;
  uwsgi_temp_path {home}/uwsgi; scgi_temp_path {home}/scgi;
  include {home}/maps.conf;
  server {{
    listen 127.0.0.1:{port};
    root {root};
    include {home}/rules.conf;
    location = /{token} {{ return 204; }}
  }}
}}
"""


class Web:
    """A running server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def ask(self, path: str, *, method: str = "GET", host: str = "localhost", **headers: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            sent = {"host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
            connection.request(method, path, None, sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()


def linked(one: str, two: str) -> None:
    """Give a file a second name, or copy it, so that whoever has no rights can read it."""
    try:
        if not Path(one).stat().st_mode & stat.S_IROTH:
            raise PermissionError(one)
        os.link(one, two)
    except OSError:
        shutil.copyfile(one, two)
        Path(two).chmod(0o644)


@contextlib.contextmanager
def apache(hosts: str, folders: dict[str, Path]) -> Iterator[Web]:
    """Run Apache; in `hosts` the names of folders in braces stand for their paths."""
    names = ("mpm_event", "authz_core", "dir", "mime", "alias", "rewrite", "setenvif", "headers", "filter", "deflate")
    loaded = "\n".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in names)

    def written(home: Path, port: int, token: str) -> list[str]:
        places = {name: str(linked_in(home, name, folder)) for name, folder in folders.items()}
        ready = f'Redirect 204 "/{token}"\n'
        text = APACHE.format(home=home, port=port, modules=loaded, hosts=ready + hosts.format(**places, port=port))
        (home / "apache.conf").write_text(text)
        return ["apache2", "-f", str(home / "apache.conf"), "-DFOREGROUND"]

    with running(written) as found:
        yield found


def linked_in(home: Path, name: str, folder: Path) -> Path:
    """Give a folder a place among the files of a server."""
    shutil.copytree(folder, home / name, copy_function=linked)
    for room, _, _ in os.walk(home / name):
        Path(room).chmod(0o755)
    return home / name


@contextlib.contextmanager
def nginx(root: Path, maps: str, rules: str) -> Iterator[Web]:
    """Run nginx over a folder with rules."""

    def written(home: Path, port: int, token: str) -> list[str]:
        (home / "maps.conf").write_text(maps)
        (home / "rules.conf").write_text(rules)
        place = linked_in(home, "root", root)
        (home / "nginx.conf").write_text(NGINX.format(home=home, port=port, root=place, token=token))
        return ["nginx", "-c", str(home / "nginx.conf"), "-e", str(home / "error.log"), "-p", str(home)]

    with running(written) as found:
        yield found


@contextlib.contextmanager
def running(written: Callable[[Path, int, str], list[str]]) -> Iterator[Web]:
    """Start a server on a free port, again where somebody else was quicker, and end it."""
    with tempfile.TemporaryDirectory(prefix="kzkg-web-") as folder:
        for _ in range(5):
            home, token = Path(folder) / secrets.token_hex(4), secrets.token_hex(16)
            home.mkdir()
            Path(folder).chmod(0o755)
            port = free_port()
            words = written(home, port, token)
            who = nobody(home)
            process = subprocess.Popen(words, stderr=(home / "said").open("w"), cwd=home, **who)
            try:
                if answers(process, port, token):
                    yield Web(port)
                    return
                said = "".join(path.read_text() for path in (home / "said", home / "error.log") if path.exists())
                assert "in use" in said, said
            finally:
                ended(process)
        raise AssertionError("no port stayed free")


def nobody(home: Path) -> dict[str, object]:
    """Give up the rights of the superuser, and let the files of the server belong to whom it runs as."""
    if os.getuid():
        return {}
    found = pwd.getpwnam("nobody")
    os.chown(home, found.pw_uid, found.pw_gid)
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}


def answers(process: subprocess.Popen[bytes], port: int, token: str) -> bool:
    """Wait until our server answers; False where it has ended."""

    def ours() -> bool:
        with contextlib.suppress(OSError, HTTPException):
            return Web(port).ask(f"/{token}").status == 204
        return False

    return until(lambda: process.poll() is not None or ours()) and process.poll() is None


def ended(process: subprocess.Popen[bytes]) -> None:
    """End a server."""
    process.terminate()
    try:
        process.wait(PATIENCE / 10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
