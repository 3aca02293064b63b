"""Sends a server requests with some bytes changed, each by its number, and prints those that it answers with a fault.

python -m tests.fuzzing PORT PATH FIRST LAST
"""

import random
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.serving import Server

AT_ONCE = 8
WAITING = 0.2
"""Seconds in which an answer is there, or the server waits for the rest of a request that has lost its end."""


def changed(path: str, number: int) -> bytes:
    """Change some bytes of a good request."""
    chance = random.Random(number)
    data = bytearray(f"GET {path} HTTP/1.1\r\nHost: a\r\nAccept: text/csv\r\nConnection: close\r\n\r\n".encode())
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def main() -> None:
    """Send them all."""
    port, path, first, last = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    server = Server(None, port, Path())
    with ThreadPoolExecutor(AT_ONCE) as threads:
        requests = [changed(path, number) for number in range(first, last)]
        for request, answer in zip(
            requests, threads.map(lambda data: server.raw(data, WAITING), requests), strict=True
        ):
            if b" 500 " in answer[:20]:
                print(request)


if __name__ == "__main__":
    main()
