"""The locations of two versions of a study. The registry gives them no key."""

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

from monitor.changes.matching import Difference, match, pair, without
from monitor.registry import Location, terms
from monitor.text import normal

# Names that the registry itself changed, in 2025: the old one to the new.
_COUNTRIES = {
    "turkey": "turkey (türkiye)",
    "korea, republic of": "south korea",
    "czech republic": "czechia",
    "russian federation": "russia",
    "iran, islamic republic of": "iran",
    "moldova, republic of": "moldova",
    "viet nam": "vietnam",
    "syrian arab republic": "syria",
    "macedonia, the former yugoslav republic of": "north macedonia",
    "swaziland": "eswatini",
    "cape verde": "cabo verde",
    "libyan arab jamahiriya": "libya",
    "former serbia and montenegro": "serbia",
    "lao people's democratic republic": "laos",
    "korea, democratic people's republic of": "north korea",
    "congo, the democratic republic of the": "democratic republic of the congo",
    "palestinian territories, occupied": "palestine",
    "holy see (vatican city state)": "vatican city",
    "micronesia, federated states of": "micronesia",
    "brunei darussalam": "brunei",
}

# Names that stand for a place without saying which: sponsors put them in and out again.
_MASK = re.compile(
    r"research site|local institution\b.*|.*\binvestigat(?:ive|ional|or) (?:research )?site\b.*"
    r"|(?:clinical )?(?:research|study|trial) (?:site|facility)\b[-\s#]*[0-9]*"
    r"|site[-\s#]*[a-z]*[0-9]+"
    r"|.*\bsite number\b.*",
)

# The sponsor's own number behind a facility's name: "( Site 0123)", "/ID# 45678".
_NUMBER = re.compile(r"\(\s*site\b[^)]*\)|/?\s*id\s*#\s*\w+")


@dataclass(frozen=True)
class Moves:
    """What happened to the locations of a study."""

    difference: Difference[Location]  # removed, added, and `paired`: the same place, renamed
    status: tuple[tuple[Location, Location], ...]  # the same place with another status


def compare_locations(
    old: Sequence[Location], new: Sequence[Location], followed: tuple[str, str] = ("", "")
) -> Moves:
    """Tell the locations of two versions apart.

    `followed` is the study's overall status before and after. Where it changed, a location that
    went along says nothing of its own. One that gains or loses its status does not either: the
    registry shows location statuses only while a study is or will be recruiting.
    """
    same, rest = match(_once(old), _once(new), _with_status)
    for rule, old_side, new_side in _RULES:
        found, rest = _match_where(rest, rule, old_side, new_side)
        same += found
    found, rest = _pair_names(rest)
    same += found
    rest = _less_twins(rest, old, new)
    status = tuple(
        (before, after)
        for before, after in same
        if before.status != after.status
        and before.status
        and after.status
        and not (followed[0] != followed[1] and (before.status, after.status) == followed)
    )
    renamed = tuple(
        (before, after)
        for before, after in same
        if _name(before) != _name(after) and not (is_masked(before) and is_masked(after))
    )
    return Moves(Difference(rest.removed, rest.added, renamed), status)


def is_masked(place: Location) -> bool:
    """Whether the facility's name says nothing: "Research Site", "Local Institution - 0062"."""
    return bool(_MASK.fullmatch(normal(place.facility)))


def _match_where(
    rest: Difference[Location],
    rule: Callable[[Location], Hashable],
    old_side: Callable[[Location], bool],
    new_side: Callable[[Location], bool],
) -> tuple[list[tuple[Location, Location]], Difference[Location]]:
    """Pair by a rule, which gives None for a place it does not speak of."""
    old = [place for place in rest.removed if rule(place) is not None and old_side(place)]
    new = [place for place in rest.added if rule(place) is not None and new_side(place)]
    same, _ = match(old, new, rule)
    return same, without(rest, same)


def _pair_names(
    rest: Difference[Location],
) -> tuple[list[tuple[Location, Location]], Difference[Location]]:
    """Where there are no postal codes, much the same name in the same town is a rename."""
    same: list[tuple[Location, Location]] = []
    for town in {_town(place) for place in rest.removed} - {None}:
        here = Difference(
            tuple(place for place in rest.removed if _town(place) == town),
            tuple(place for place in rest.added if _town(place) == town),
        )
        same += pair(here, _name).paired
    same.sort(key=lambda both: rest.removed.index(both[0]))
    return same, without(rest, same)


def _any(_: Location) -> bool:
    return True


def _once(places: Sequence[Location]) -> list[Location]:
    """Each named place once, at its most open; a mask, which may hide several, each time."""
    found: dict[Hashable, Location] = {}
    for index, place in enumerate(places):
        key = (_with_code(place), index if is_masked(place) else None)
        found[key] = max(found.get(key, place), place, key=_openness)
    return list(found.values())


def _openness(place: Location) -> tuple[bool, str]:
    return terms.status(place.status).is_open, place.status


def _less_twins(
    rest: Difference[Location], old: Sequence[Location], new: Sequence[Location]
) -> Difference[Location]:
    """Less the named places that the other list still has, once instead of twice."""
    here, there = ({_whole(p) for p in places if not is_masked(p)} for places in (old, new))
    return Difference(
        tuple(place for place in rest.removed if _whole(place) not in there),
        tuple(place for place in rest.added if _whole(place) not in here),
    )


def _name(place: Location) -> str:
    return normal(_NUMBER.sub(" ", normal(place.facility)))


def country_key(name: str) -> str:
    """A country, the same before and after the registry gave it another name."""
    country = normal(name)
    return _COUNTRIES.get(country, country)


def _country(place: Location) -> str:
    return country_key(place.country)


def _whole(place: Location) -> Hashable:
    return _name(place), normal(place.city), normal(place.state), _country(place)


def _with_status(place: Location) -> Hashable:
    return _with_code(place), place.status


def _with_code(place: Location) -> Hashable:
    return _whole(place), normal(place.zip)


def _respelt_state(place: Location) -> Hashable:
    return (_name(place), normal(place.city), _country(place)) if place.facility else None


def _respelt_city(place: Location) -> Hashable:
    return (
        (_name(place), normal(place.zip), _country(place)) if place.facility and place.zip else None
    )


def _renamed(place: Location) -> Hashable:
    return (normal(place.city), normal(place.zip), _country(place)) if place.zip else None


def _town(place: Location) -> Hashable:
    return None if place.zip else (normal(place.city), normal(place.state), _country(place))


# How the rest is paired, in this order: a rule, and which places of the old and of the new list it
# is for. A mask counts for any place of its town where no postal code tells more.
_RULES: tuple[
    tuple[Callable[[Location], Hashable], Callable[[Location], bool], Callable[[Location], bool]],
    ...,
] = (
    (_with_code, _any, _any),
    (_whole, _any, _any),
    (_respelt_state, _any, _any),
    (_respelt_city, _any, _any),
    (_renamed, _any, _any),
    (_town, is_masked, is_masked),
    (_town, is_masked, _any),
    (_town, _any, is_masked),
)
