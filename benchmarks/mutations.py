"""How many wrong facts `check` notices: one mutation of a text at a time, from a seed.

    python -m benchmarks.mutations [--seed 1] [--count 40]

Each mutation is one that an editor makes by mistake: a figure, a date, a name, a "not". What is not
noticed is listed, with the sentence, so that somebody can see why.
"""

import argparse
import random
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from monitor import website
from monitor.data import read_data
from tests.trees import text_problems

ROOT = Path(__file__).resolve().parent.parent


class Mutation(NamedTuple):
    """A change of one place in one file."""

    kind: str
    path: Path
    start: int
    end: int
    new: str


DRUGS = (
    *("blinatumomab", "inotuzumab", "ponatinib", "imatinib", "dasatinib", "venetoclax"),
    *("revumenib", "nelarabine", "tisagenlecleucel", "bortezomib", "asciminib", "ziftomenib"),
)
BRANDS = ("Kymriah", "Tecartus", "Aucatzyl", "Besponsa", "Blincyto", "Yescarta", "Abecma", "Polivy")
PEOPLE = (
    ("Ph-positive", "Ph-negative"),
    ("B-cell ALL", "T-cell ALL"),
    ("newly diagnosed", "relapsed"),
    ("children", "adults"),
    ("Philadelphia-positive", "Philadelphia-negative"),
)
MONTHS = ("January", "March", "June", "August", "October", "November", "December")


def _digits(text: str, rng: random.Random) -> str:
    """Return another number of the same length."""
    turned = text[::-1]
    if turned != text and turned[0] not in "0.,":
        return turned
    first = str((int(text[0]) + rng.randint(1, 7)) % 9 + 1)
    return first + text[1:]


def _other(choices: tuple[str, ...]) -> Callable[[re.Match[str], random.Random], str]:
    def change(match: re.Match[str], rng: random.Random) -> str:
        return rng.choice([name for name in choices if name.lower() != match[0].lower()])

    return change


def _swap(pair: tuple[str, str]) -> Callable[[re.Match[str], random.Random], str]:
    return lambda match, rng: pair[1] if match[0] == pair[0] else pair[0]  # noqa: ARG005


KINDS: dict[str, tuple[str, Callable[[re.Match[str], random.Random], str]]] = {
    "a percentage": (r"\b[0-9]+(?:\.[0-9])?(?=%)", lambda m, r: _digits(m[0], r)),
    "a number of people": (
        r"\b[0-9,]{2,6}(?= (?:people|adults|children|babies|new cases))",
        lambda m, r: _digits(m[0], r),
    ),
    "a span of time": (
        r"\b[0-9]+(?= (?:years|months|weeks))",
        lambda m, r: str(int(m[0]) + r.choice([1, 2, 5])),
    ),
    "a unit": (
        r"(?<=[0-9] )(?:years|months|weeks)\b",
        _other(("years", "months", "weeks")),
    ),
    "a month": (rf"\b(?:{'|'.join(MONTHS)})\b(?= [0-9])", _other(MONTHS)),
    "a year": (
        r"(?<=[a-z,0-9] )20[12][0-9]\b(?!-)",
        lambda m, r: str(int(m[0]) + r.choice([-2, -1, 1, 2])),
    ),
    "a drug": (rf"\b(?:{'|'.join(DRUGS)})\b", _other(DRUGS)),
    "a brand": (rf"\b(?:{'|'.join(BRANDS)})\b", _other(BRANDS)),
    "a protocol": (r"\b(?:E1910|AALL17[0-9]{2}|AALL2321|A041501|EA9181|S1318)\b",
                   _other(("E1910", "AALL1731", "AALL1732", "EA9181", "S1318", "AALL2321"))),
    "an id": (r"(?<=[a-z] )NCT[0-9]{8}(?= [a-z])",
              lambda m, r: m[0][:-1] + str((int(m[0][-1]) + r.randint(1, 9)) % 10)),
    "two figures": (
        r"\b[0-9.]+%[^.%]{3,60}?\b[0-9.]+%",
        lambda m, r: re.sub(  # noqa: ARG005
            r"^([0-9.]+)(%.*?)([0-9.]+)(%)$", r"\3\2\1\4", m[0], flags=re.DOTALL
        ),
    ),
    "a not": (r"\bnot ", lambda m, r: ""),  # noqa: ARG005
    **{
        f"{one} for {two}": (rf"\b(?:{one}|{two})\b", _swap((one, two))) for one, two in PEOPLE
    },
}  # fmt: skip


def mutations(root: Path, seed: int, count: int) -> Iterator[Mutation]:
    """Yield mutations from a seed: every kind in turn, at a random place of a random text."""
    rng = random.Random(seed)
    paths = sorted([*root.glob("content/diseases/*.md"), *root.glob("content/trials/*.md")])
    paths += sorted(root.glob("content/guides/*.md"))
    kinds = list(KINDS)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        pattern, change = KINDS[kind]
        places = [
            (path, match)
            for path in paths
            for match in re.finditer(pattern, _masked(path.read_text("utf-8")))
        ]
        if places:
            path, match = rng.choice(places)
            new = change(match, rng)
            if new != match[0]:
                yield Mutation(kind, path.relative_to(root), match.start(), match.end(), new)


def _masked(text: str) -> str:
    """Return the text with blanks for all but its statements."""

    def blank(match: re.Match[str]) -> str:
        return " " * len(match[0])

    head, mark, body = text.partition("\n---\n")
    summary = re.search(r"^summary:.*\n(?: .*\n)*", head, re.MULTILINE)
    kept = summary.span() if summary else (0, 0)
    hidden = " " * kept[0] + head[kept[0] : kept[1]] + " " * (len(head) - kept[1])
    return (
        hidden + mark + re.sub(r"\[\^[^\]]+\]|\]\([^)]*\)|```.*?```", blank, body, flags=re.DOTALL)
    )


def main() -> None:
    """Print how many of the mutations are noticed, and each that is not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=40)
    options = parser.parse_args()
    website.read_catalog(ROOT)  # refuses a tree that is not sound
    data = read_data(ROOT, [])
    noticed, kinds = Counter[str](), Counter[str]()
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        shutil.copytree(ROOT / "content", tree / "content")
        sound = text_problems(tree, data)
        if sound:
            parser.error("\n".join(["the texts are not sound as they are:", *sound]))
        for one in mutations(ROOT, options.seed, options.count):
            whole = (ROOT / one.path).read_text("utf-8")
            (tree / one.path).write_text(whole[: one.start] + one.new + whole[one.end :], "utf-8")
            problems = text_problems(tree, data)
            (tree / one.path).write_text(whole, "utf-8")
            kinds[one.kind] += 1
            noticed[one.kind] += bool(problems)
            line = whole.count("\n", 0, one.start) + 1
            around = whole[max(0, one.start - 70) : one.end + 50].replace("\n", " ")
            row = f"{one.kind}: {whole[one.start : one.end]!r} -> {one.new!r} in {one.path}:{line}"
            print(f"{'noticed' if problems else 'MISSED '} {row}")
            if not problems:
                missed.append(f"{row}\n    … {around} …")
    total = sum(kinds.values())
    print(f"\nseed {options.seed}: {sum(noticed.values())} of {total} noticed")
    for kind, count in kinds.items():
        print(f"  {kind}: {noticed[kind]} of {count}")
    print("\nNot noticed:", *missed, sep="\n")


if __name__ == "__main__":
    main()
