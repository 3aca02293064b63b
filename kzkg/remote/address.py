"""The address of a SPARQL endpoint, and the name and password that go to it and to no other place."""

from __future__ import annotations

import os
from typing import NamedTuple
from urllib.parse import urlsplit

from kzkg.errors import DataError, RequestError
from kzkg.terms import quoted

PORTS = {"http": 80, "https": 443}
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
USER, PASSWORD, PLAIN = "KZKG_USER", "KZKG_PASSWORD", "KZKG_PLAIN_PASSWORD"


class Origin(NamedTuple):
    """The scheme, host and port of an address: who is asked, whatever the path."""

    scheme: str
    host: str
    port: int

    @property
    def private(self) -> bool:
        """Whether what is sent there cannot be read on the way."""
        return self.scheme == "https" or self.host in LOOPBACK


class Secret(NamedTuple):
    """A name and a password; neither is ever written down."""

    user: str
    password: str

    def __repr__(self) -> str:
        return "Secret(…)"


def checked(address: str) -> str:
    """Refuse an address that cannot be asked, or that holds a password where others can read it."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise RequestError(f"{quoted(shown(address))} is no address of an endpoint: {error}") from error
    if "@" in parts.netloc:
        raise RequestError(
            f"{quoted(shown(address))}: a name and password in the address would be seen by others; "
            f"put them into {USER} and {PASSWORD}, or into ~/.netrc"
        )
    if not host or port == 0 or not address.isprintable() or " " in address:
        raise RequestError(f"{quoted(shown(address))} is no address such as https://example.org/sparql")
    return address.partition("#")[0]


def origin(address: str) -> Origin:
    """Give who is asked at a checked address."""
    parts = urlsplit(address)
    scheme = parts.scheme.lower()
    return Origin(scheme, (parts.hostname or "").lower(), parts.port or PORTS[scheme])


def shown(address: str) -> str:
    """Give an address for a message: without a name, a password or a query string, which may hold a key."""
    bare = address.partition("#")[0].partition("?")[0]
    scheme, mark, rest = bare.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}"


def secret(host: str) -> Secret | None:
    """Find the name and password for a host: in the environment, else in the netrc file."""
    user, password = os.environ.get(USER, ""), os.environ.get(PASSWORD, "")
    if user:
        return Secret(user, password)
    import netrc

    try:
        found = netrc.netrc(os.environ.get("NETRC")).hosts.get(host)
    except FileNotFoundError:
        return None
    except netrc.NetrcParseError as error:
        raise DataError(f"{error.filename}:{error.lineno or 1}: is not a netrc file: {error.msg}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"the netrc file cannot be read: {getattr(error, 'strerror', None) or error}") from error
    return Secret(found[0], found[2]) if found else None
