"""`python -m kzkg`, and the `kzkg` command: words in, one call, text out, an exit code."""

import gc
import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and end the process, without the 20 milliseconds that taking it apart would cost."""
    gc.set_threshold(50_000)  # what the imports make is there to stay: looking through it for garbage costs 5 ms
    try:
        from kzkg.cli import main as run
        from kzkg.interrupt import watch

        if not {"serve", "shell"} & set(sys.argv[1:]):  # these two end in their own way
            watch()
        code = run()
    except KeyboardInterrupt:  # before the command line could hear of it
        code = 130
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            code = code or 4
    # Nothing is left to be saved: the store is read-only, and files are written whole and closed.
    os._exit(code)


if __name__ == "__main__":
    main()
