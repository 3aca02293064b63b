"""What can go wrong, in two families: our files are wrong, or the request is wrong; each message is one line."""


class KzkgError(Exception):
    """Anything that kzkg reports instead of an answer, with the exit code of a command that meets it."""

    exit_code = 4


class Found(KzkgError):  # noqa: N818
    """The command ran, and what it looked for is wrong: not conformant, nothing found where something must be."""

    exit_code = 1


class RequestError(KzkgError):
    """The request is wrong: an option, a value, a query text, a feature that is refused."""

    exit_code = 2


class NotFound(RequestError):  # noqa: N818
    """No saved query, or no thing, of that name."""

    exit_code = 3


class DataError(KzkgError):
    """A file, a folder or a store of ours, or an endpoint, cannot be read, parsed, reached or used."""


class NotYet(KzkgError):  # noqa: N818
    """What is asked for is still being made, and will be there when it is asked for again later."""


class TimeLimit(KzkgError):  # noqa: N818
    """What was asked took longer than it may."""

    exit_code = 5


def nearest(word: str, known: list[str]) -> str:
    """Say which known words are like `word`, as the end of a message; nothing when none is."""
    from difflib import get_close_matches

    close = get_close_matches(word, known, n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(close)}?" if close else ""


def reason(error: BaseException) -> str:
    """Say in a few words why the system did not do what was asked; of several files, why not the first."""
    several = error.args[0] if error.args and isinstance(error.args[0], list) else []
    if several and isinstance(several[0], tuple):  # shutil.Error, whose text would be a list of all files
        error = OSError(None, str(several[0][-1]).rpartition("] ")[2].partition(": '")[0])
    text = getattr(error, "strerror", None) or str(error)
    return " ".join(text.split())


def oversized(where: object, error: MemoryError) -> DataError:
    """Say that a file holds a value larger than the engine reads; whatever else lacks memory is raised again."""
    if "maximal size" not in str(error):
        raise error
    return DataError(f"{where}: holds a value of more than 16 megabytes, which the engine does not read")
