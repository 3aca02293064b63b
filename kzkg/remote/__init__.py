"""Endpoints elsewhere: how they are told from folders; what asks them is imported only when one is asked."""

SCHEMES = ("http://", "https://")


def is_address(place: object) -> bool:
    """Tell whether a place is the address of an endpoint rather than a folder."""
    return isinstance(place, str) and place.lower().startswith(SCHEMES)
