"""Whatever bytes a stranger sends, the readers of headers, values, requests and query texts answer or refuse.

The same checks as under `make fuzz`, on inputs that are made of the words of each reader and of bytes between them.
"""

from importlib import import_module
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.__main__ import NAMES

MODULES: dict[str, ModuleType] = {name: import_module(f"tests.fuzz.{name}") for name in NAMES}
MANY = {"headers": 1500, "values": 400, "requests": 300, "texts": 2000}


def inputs(words: list[bytes]) -> st.SearchStrategy[bytes]:
    """A byte that says which reader is meant, then words of its language with some bytes between them."""
    pieces = st.one_of(st.sampled_from(words), st.sampled_from(words), st.sampled_from(words), st.binary(max_size=3))
    body = st.lists(pieces, max_size=12).map(b"".join)
    return st.tuples(st.integers(0, 255), body).map(lambda found: bytes([found[0]]) + found[1])


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_found(name: str) -> None:
    """Derandomised: the same inputs each time, so that a run finds what the one before found."""
    module = MODULES[name]

    @settings(
        max_examples=MANY[name], derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(inputs(module.WORDS))
    def fed(data: bytes) -> None:
        module.check(data)

    fed()


@pytest.mark.parametrize("name", NAMES)
def test_each_word_alone(name: str) -> None:
    module = MODULES[name]
    for word in module.WORDS:
        for kind in range(8):
            module.check(bytes([kind]) + word)
