"""Compares the locations of two versions of a study, for which the registry has no key."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter, itemgetter

from monitor.changes.matching import Difference, likeness, match, without
from monitor.registry import Location, terms
from monitor.text import name_identity, normal

# Countries that the registry renamed in 2025: old -> new. Others that it renames are recognised
# by most places of a country changing with it.
_COUNTRIES = {
    name_identity(old): name_identity(new)
    for old, new in {
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
    }.items()
}
MANY = 3  # places under another country's name that prove that the country was renamed

# The sponsor's number within a facility's name: "( Site 0123)", "- Site Number : 0320001".
_NUMBER = re.compile(
    r"\(\s*site\b[^)]*\)|[-–,]?\s*\bsite\s*number\s*:?\s*[a-z]{0,3}[0-9-]*|/?\s*\bid\s*#\s*\w+|^~",
    re.IGNORECASE,
)

# Placeholders for a facility's name ("masks"), which sponsors insert and remove again.
_MASK = re.compile(
    r"""(?:
      local\ institution\b.*
    | .*\binvestigat(?:ive|ional|or)\ (?:research\ )?(?:site|cent(?:er|re))\b.*
    | .*\binvestigat(?:ive|ional)  # its number was "Site Number 1"
    | (?:investigational|investigative|research|clinical|study|trial)?
    | (?:clinical\ )?(?:research|study|trial|clinical)\ (?:site|facility)\b[-\s\#]*[0-9]*
    | .*\b(?:study|trial)\ site
    | (?:study|trial)\ cent(?:er|re)
    | .*\b(?:research|study|trial|clinical)\ (?:site|cent(?:er|re)|facility)\s*\#\s*[0-9]+\b.*
    | (?:(?:research|study|trial|clinical)\ )?
      (?:site|facility|cent(?:er|re)|location)[-\s\#]*[a-z]*[0-9]+(?:-[0-9]+)?
    | [a-z]{1,3}[0-9]{3,5}[-\s][0-9]{2,5}  # a protocol and a number
    | site\ reference\ id\b.*
    | research\ facility\ id\b.*
    | .*\bsite\s*\#?\s*[a-z]{0,3}[0-9]{3,}\b.*
    | (?:for\ (?:additional|more|further)\ information|(?:please|see|call|contact)\ ).*
    | central\ contact.*
    | (?:many|multiple|several|various)\ (?:locations|sites|cent(?:er|re)s)
    )""",
    re.VERBOSE,
)

_PARTICLE_LIST = "the of and at in for de la le les del di du des der den da do"
_PARTICLES = frozenset(_PARTICLE_LIST.split())
COMMON = 30  # a word in more names of a town than this is no evidence that two are one


@dataclass(frozen=True)
class LocationChanges:
    """What happened to the locations of a study."""

    difference: Difference[Location]  # `paired` are renamed places
    status: tuple[tuple[Location, Location], ...]  # (old, new) of places with another status
    opened: tuple[Location, ...]  # places that were listed before and have opened


@dataclass(eq=False, slots=True)
class _Place:
    """A location, and its parts as they are compared."""

    location: Location
    name: str
    city: str
    state: str
    zip: str
    country: str
    is_masked: bool  # whether the name is a placeholder


def compare_locations(
    old: Sequence[Location], new: Sequence[Location], overall: tuple[str, str] = ("", "")
) -> LocationChanges:
    """Return what happened to the locations of a study between two versions.

    `overall` is the study's overall status before and after. A location that changes in the same
    way is no news of its own. Nor is one that gains or loses its status: the registry shows them
    only while a study is recruiting or about to.
    """
    before, after = [*map(_place, old)], [*map(_place, new)]
    _rename_countries(before, after)
    same: list[tuple[_Place, _Place]] = []
    rest = Difference(_once(before), _once(after))
    for pairs_of in (*_SAME_NAME, _alike, *_MASKED):
        if not rest.removed or not rest.added:
            break
        pairs = pairs_of(rest)
        same += pairs
        rest = without(rest, pairs)
    rest = _less_twins(rest, before, after)
    same_places = [(a.location, b.location) for a, b in same]
    renamed = tuple(
        (a.location, b.location)
        for a, b in same
        if a.name != b.name and not (a.is_masked and b.is_masked)
    )
    return LocationChanges(
        Difference(
            tuple(place.location for place in rest.removed),
            tuple(place.location for place in rest.added),
            renamed,
        ),
        tuple((a, b) for a, b in same_places if _is_news(a.status, b.status, overall)),
        tuple(b for a, b in same_places if _is_open(b) and not _is_open(a)),
    )


def _is_news(before: str, after: str, overall: tuple[str, str]) -> bool:
    """Return whether a location changed its status otherwise than the study did."""
    if before == after or not before or not after:
        return False
    if overall[0] == overall[1]:
        return True
    both_unknown = "UNKNOWN" in {before, after} & {*overall}
    return (before, after) != overall and not both_unknown


def _is_open(place: Location) -> bool:
    return terms.status(place.status).is_open


def _place(location: Location) -> _Place:
    name, is_masked = _facility(location.facility)
    city, state, code = map(name_identity, (location.city, location.state, location.zip))
    return _Place(location, name, city, state, code, country_key(location.country), is_masked)


@lru_cache(maxsize=50_000)
def _facility(facility: str) -> tuple[str, bool]:
    """Return the name of a facility as it is compared, and whether it is a placeholder."""
    bare = _NUMBER.sub(" ", facility)
    return name_identity(bare), bool(facility) and bool(_MASK.fullmatch(normal(bare)))


def country_key(name: str) -> str:
    """Return a key for a country that is equal before and after the registry renamed it."""
    country = name_identity(name)
    return _COUNTRIES.get(country, country)


def _rename_countries(before: list[_Place], after: list[_Place]) -> None:
    """Set the country of old places to its new name where the registry has renamed it since.

    It has if the new list lacks the country, and has most of its places under a country that the
    old list lacks; and these are MANY, or one name contains the other.
    """
    here, there = ({place.country for place in places} for places in (before, after))
    removed = [place for place in before if place.country not in there]
    added = [place for place in after if place.country not in here]
    if not removed or not added:
        return
    pairs, _ = match(removed, added, lambda place: (place.name, place.city, place.state, place.zip))
    counts = Counter(place.country for place in removed)
    renamed = {}
    for (old, new), count in Counter((a.country, b.country) for a, b in pairs).items():
        words = set(old.split()), set(new.split())
        alike = words[0] <= words[1] or words[1] <= words[0]
        if count * 2 > counts[old] and (count >= MANY or alike):
            renamed[old] = new
    for place in before:
        place.country = renamed.get(place.country, place.country)


def _once(places: Sequence[_Place]) -> tuple[_Place, ...]:
    """Return each named place once, at its most open; each placeholder, as it may hide another."""
    distinct: dict[Hashable, _Place] = {}
    for index, place in enumerate(places):
        key = (_with_code(place), index if place.is_masked else None)
        distinct[key] = max(distinct.get(key, place), place, key=_openness)
    return tuple(distinct.values())


def _openness(place: _Place) -> tuple[bool, str]:
    return _is_open(place.location), place.location.status


def _less_twins(
    rest: Difference[_Place], before: Sequence[_Place], after: Sequence[_Place]
) -> Difference[_Place]:
    """Remove named places that the other list has as well, though fewer times."""
    if not rest.removed and not rest.added:
        return rest
    here, there = ({_whole(p) for p in places if not p.is_masked} for places in (before, after))
    return Difference(
        tuple(place for place in rest.removed if _whole(place) not in there),
        tuple(place for place in rest.added if _whole(place) not in here),
    )


# Rules that pair the rest, one after the other: by a key, for some places of either list.

_Side = Callable[[_Place], bool]
_Rule = Callable[[Difference[_Place]], list[tuple[_Place, _Place]]]


def _any(_: _Place) -> bool:
    return True


def _by(key: Callable[[_Place], Hashable], old: _Side = _any, new: _Side = _any) -> _Rule:
    """Return the rule that pairs places of equal keys, if `old` and `new` accept them."""

    def rule(rest: Difference[_Place]) -> list[tuple[_Place, _Place]]:
        removed = [place for place in rest.removed if old(place)]
        added = [place for place in rest.added if new(place)]
        return match(removed, added, key)[0]

    return rule


def _whole(place: _Place) -> Hashable:
    return place.name, place.city, place.state, place.country


def _with_code(place: _Place) -> Hashable:
    return _whole(place), place.zip


def _name_and_town(place: _Place) -> Hashable:
    return place.name, place.city, place.country


def _is_named(place: _Place) -> bool:
    return bool(place.name)


def _has_code(place: _Place) -> bool:
    return bool(place.zip)


_SAME_NAME: tuple[_Rule, ...] = (
    _by(lambda place: (_with_code(place), place.location.status)),
    _by(_with_code),
    _by(_whole),
    _by(lambda place: (_name_and_town(place), place.zip), _has_code, _has_code),
    # A state that was added, or removed.
    _by(_name_and_town, lambda place: _is_named(place) and not place.state, _is_named),
    _by(_name_and_town, _is_named, lambda place: _is_named(place) and not place.state),
    # A town in another spelling.
    _by(
        lambda place: (place.name, place.zip, place.country),
        lambda place: _is_named(place) and _has_code(place),
        lambda place: _is_named(place) and _has_code(place),
    ),
)


# A placeholder may be any place of its town whose state and postal code do not contradict it; what
# one of the two lacks contradicts nothing. In each row: what agrees, what the old and the new lack.
_AGREEING: tuple[tuple[str, str, str], ...] = (
    ("state zip", "", ""),
    ("zip", "", ""),
    ("state", "zip", "zip"),
    ("state", "zip", ""),
    ("state", "", "zip"),
    ("", "state zip", ""),
    ("", "", "state zip"),
    ("", "state", "zip"),
    ("", "zip", "state"),
)
# Two placeholders may differ in their codes as well, which can be placeholders themselves.
_MASK_FOR_MASK = (("state", "", ""), ("", "state", ""), ("", "", "state"))


def _masks(
    sides: tuple[bool | None, bool | None], agreeing: Iterable[tuple[str, str, str]]
) -> Iterator[_Rule]:
    """Yield rules for places of the old and new list that are masked or not; None for either."""
    for agree, *lacking in agreeing:
        key = attrgetter("city", "country", *agree.split())
        old, new = (
            _side(is_masked, agree.split(), lack.split())
            for is_masked, lack in zip(sides, lacking, strict=True)
        )
        yield _by(key, old, new)


def _side(is_masked: bool | None, having: Sequence[str], lacking: Sequence[str]) -> _Side:
    """Return whether a rule is for a place: masked, with a code if needed, without `lacking`."""
    needs_code = "zip" in having
    return lambda place: (
        is_masked in (None, place.is_masked)
        and not (needs_code and not place.zip)
        and not any(getattr(place, name) for name in lacking)
    )


_MASKED: tuple[_Rule, ...] = (
    *_masks((True, True), (*_AGREEING, *_MASK_FOR_MASK)),
    *_masks((True, None), _AGREEING),
    *_masks((None, True), _AGREEING),
)


def _alike(rest: Difference[_Place]) -> list[tuple[_Place, _Place]]:
    """Pair places of one town with similar names, the most similar first."""
    towns: dict[Hashable, tuple[list[_Place], list[_Place]]] = defaultdict(lambda: ([], []))
    for side, places in ((0, rest.removed), (1, rest.added)):
        for place in places:
            if not place.is_masked:
                towns[place.city, place.country][side].append(place)
    candidates = (
        candidate
        for old, new in towns.values()
        if old and new
        for candidate in _names_alike(old, new)
    )
    pairs: dict[int, tuple[_Place, _Place]] = {}
    taken: set[int] = set()
    for _, _, a, b in sorted(candidates, key=itemgetter(0, 1)):
        if id(a) not in pairs and id(b) not in taken:
            pairs[id(a)] = a, b
            taken.add(id(b))
    return list(pairs.values())


def _names_alike(
    old: Sequence[_Place], new: Sequence[_Place]
) -> Iterator[tuple[float, list[tuple[str, ...]], _Place, _Place]]:
    """Yield (-likeness, tie-break, old, new) for places that may be the same.

    Only those with a common word that few names of the town have are compared.
    """
    words = {id(place): _words(place) for place in (*old, *new)}
    having: dict[str, list[_Place]] = defaultdict(list)
    for place in new:
        for word in set(words[id(place)]):
            having[word].append(place)
    for a in old:
        near = {id(b): b for w in words[id(a)] if len(having[w]) <= COMMON for b in having[w]}
        for b in near.values():
            if (
                _agree(a.state, b.state)
                and _agree(a.zip, b.zip)
                and one_name(words[id(a)], words[id(b)])
            ):
                decides = sorted([_deciding(a), _deciding(b)])
                yield -likeness(words[id(a)], words[id(b)]), decides, a, b


def _words(place: _Place) -> list[str]:
    """Return the words of a facility's name without particles, signs and the words of its town."""
    ignored = {*_PARTICLES, *filter(str.isalpha, place.city.split())}
    all_words = [word for word in place.name.split() if word[0].isalnum()]
    return [word for word in all_words if word not in ignored] or all_words


def _agree(a: str, b: str) -> bool:
    return a == b or not a or not b


def _deciding(place: _Place) -> tuple[str, ...]:
    return place.name, place.state, place.zip, place.location.status


def one_name(a: Sequence[str], b: Sequence[str]) -> bool:
    """Return whether two names, as words, can be names of the same place.

    They can if one only has more words, or if the words that differ are spellings of each other.
    "Mercy North Hospital" and "Mercy South Hospital" share most words, and are two places.
    """
    only_a, only_b = Counter(a) - Counter(b), Counter(b) - Counter(a)
    few, rest = sorted((list(only_a.elements()), list(only_b.elements())), key=len)
    if len(few) == min(len(a), len(b)):
        return False  # no common word
    if _is_misspelt("".join(few), "".join(rest)):
        return True
    for word in [*few]:
        partner = next((other for other in rest if _is_one_word(word, other)), None)
        if partner:
            few.remove(word)
            rest.remove(partner)
    return not few or not rest or _is_misspelt("".join(few), "".join(rest))


@lru_cache(maxsize=10_000)
def _is_one_word(a: str, b: str) -> bool:
    """Return whether a word is short for the other ("univ" for "university"), or misspelt."""
    short, long = sorted((a, b), key=len)
    is_short_for = len(short) >= 3 and short.isalpha() and long.startswith(short)
    return (is_short_for and long.isalpha()) or _is_misspelt(a, b)


def _is_misspelt(a: str, b: str) -> bool:
    """Return whether two texts differ in at most every sixth letter, and in no digit."""
    most = min(len(a), len(b)) // 6
    digits = [[character for character in text if character.isdigit()] for text in (a, b)]
    return digits[0] == digits[1] and abs(len(a) - len(b)) <= most and _edits(a, b) <= most


def _edits(a: str, b: str) -> int:
    """Return the number of insertions, deletions, replacements and swaps that turn `a` into `b`."""
    before, last = list[int](), list[int]()
    row = list[int](range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        before, last = last, row
        row = [i]
        for j, other in enumerate(b, 1):
            edits = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and other == a[i - 2]:
                edits = min(edits, before[j - 2] + 1)
            row.append(edits)
    return row[-1]
