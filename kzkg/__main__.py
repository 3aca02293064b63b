"""`python -m kzkg`, and the `kzkg` command: words in, one call, text out, an exit code."""

from kzkg.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
