"""The sentences that a proposal changes with their sources, as Markdown for a reviewer.

A program sees a number that changed. That a "not" went, only a reader sees: so each changed
sentence is beside the lines of its sources, or the facts of the record that it is about.
"""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from monitor.catalog import Catalog
from monitor.content import Content, Sentence, Source, TrialsBlock, sentences, statements
from monitor.registry import NCT_ID, Study, record_url, terms
from monitor.reports.escape import markdown

MOST = 60  # changes that are shown
LINES = 12  # of a source
_FEW = 24  # words that differ: of more, the sentence is another one


_LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")
_WORD = re.compile(r"(?:\[[^\]]*\]\([^)]*\)|\S)+")  # a link is one word


@dataclass(frozen=True)
class Change:
    """A sentence as it will be, or as it was where it goes."""

    sentence: Sentence
    before: str  # "" of a new one
    after: str  # "" of one that goes
    cited: tuple[str, ...] = ()  # what it cited before


def rests_on(before: Content, after: Catalog) -> str:
    """Return the changed sentences with their sources; "" where none changed."""
    changes = [*changed(before, after.content)]
    parts = [_sentence(change, after) for change in changes[:MOST]]
    if len(changes) > MOST:
        parts.append(f"And {len(changes) - MOST} more sentences that are not shown.")
    parts += _grounds(before, after.content)
    head = "## Sentences that change, and what they rest on"
    return "\n\n".join([head, *parts]) if parts else ""


def changed(before: Content, after: Content) -> Iterator[Change]:
    """Yield the sentences of texts, summaries and definitions that differ, by file."""
    old, new = _sentences(before), _sentences(after)
    for path in sorted({*old, *new}):
        one, two = old.get(path, []), new.get(path, [])
        matcher = difflib.SequenceMatcher(
            None, [_key(s) for s in one], [_key(s) for s in two], autojunk=False
        )
        for kind, a, b, c, d in matcher.get_opcodes():
            if kind != "equal":
                for was, will in zip_longest(one[a:b], two[c:d]):
                    one_text, two_text = (each.text if each else "" for each in (was, will))
                    yield Change(will or was, one_text, two_text, was.keys if was else ())


def _key(sentence: Sentence) -> tuple[str, tuple[str, ...]]:
    return sentence.text, tuple(sorted(sentence.keys))


def _sentences(content: Content) -> dict[str, list[Sentence]]:
    by_path: dict[str, list[Sentence]] = defaultdict(list)
    for sentence in (*_of_trials(content), *_of_pages(content), *_of_lists_of_facts(content)):
        by_path[sentence.path].append(sentence)
    return by_path


def _of_trials(content: Content) -> Iterator[Sentence]:
    for nct_id, trial in content.trials.items():
        keys = trial.header.sources or (nct_id,)
        for name in ("short_name", "summary", "status_doubt"):
            if value := getattr(trial.header, name):
                yield Sentence(value, keys, trial.text.path, trial.lines.get((name,), 0))
        yield from sentences(trial.text)


def _of_pages(content: Content) -> Iterator[Sentence]:
    for disease in content.diseases:
        if disease.header.summary:
            line = disease.lines.get(("summary",), 0)
            yield Sentence(disease.header.summary, (), disease.text.path, line)
        yield from sentences(disease.text)
        yield from _of_blocks(disease.text.path, disease.trial_lists)
    for guide in content.guides.values():
        yield from sentences(guide.text)
        yield from _of_blocks(guide.text.path, guide.trial_lists)
    for page in content.pages:
        yield from sentences(page.text)


def _of_blocks(path: str, blocks: Iterable[TrialsBlock]) -> Iterator[Sentence]:
    """Yield each trial of a list, as a sentence."""
    for block in blocks:
        wanted = [*block.for_, *(v for values in (block.filter or {}).values() for v in values)]
        name = " ".join(filter(None, (block.title, f"({', '.join(wanted)})" if wanted else "")))
        for nct_id in block.nct_ids:
            line = block.line_of_id(nct_id)
            yield Sentence(f"In the list {name or 'of trials'}: {nct_id}", (), path, line)


def _of_lists_of_facts(content: Content) -> Iterator[Sentence]:
    yield Sentence(content.site.description, (), "content/site.yaml", 0)
    glossary = content.glossary
    for term in glossary.terms:
        line = glossary.lines.get(term.id, 0)
        yield Sentence(f"{term.term}: {term.definition}", term.source, glossary.path, line)
    for one in content.helplines:
        values = (one.country, one.name, one.phone, one.hours, ", ".join(one.languages))
        said = "; ".join(filter(None, values))
        yield Sentence(said, one.source, "content/helplines.yaml", 0)


def _sentence(change: Change, after: Catalog) -> str:
    sentence = change.sentence
    lines = [f"- {change.before}"] if change.before else []
    lines += [f"+ {change.after}"] if change.after else []
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    at = f":{sentence.line}" if sentence.line else ""
    rows = [f"### {sentence.path}{at}", "\n".join([f"{fence}diff", *lines, fence])]
    if change.before and change.after and (words := _words(change.before, change.after)):
        rows.append(words)
    if change.before and change.after and (keys := _keys(change.cited, sentence.keys)):
        rows.append(keys)
    if change.after:
        rows.append("\n".join(_backing(sentence, after)))
    return "\n\n".join(rows)


def _words(before: str, after: str) -> str:
    """Return the removed and added words, if they are few."""
    one, two = _WORD.findall(before), _WORD.findall(after)
    removed, added = list[str](), list[str]()
    for kind, a, b, c, d in difflib.SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if kind != "equal":
            removed += [" ".join(one[a:b])] if b > a else []
            added += [" ".join(two[c:d])] if d > c else []
    if len(" ".join((*removed, *added)).split()) > _FEW:
        return ""
    parts = [("gone", removed), ("new", added)]
    return "; ".join(f"**{name}:** {markdown(_plain(words))}" for name, words in parts if words)


def _plain(words: Sequence[str]) -> str:
    """Return words that are not next to each other, without the marks of links."""
    return _LINK.sub(r"\1 (\2)", " … ".join(words))


def _keys(before: Sequence[str], after: Sequence[str]) -> str:
    """Return the removed and the added sources."""
    parts = [("source gone", before, after), ("source new", after, before)]
    rows = ((name, [f"`{key}`" for key in one if key not in two]) for name, one, two in parts)
    return "; ".join(f"**{name}:** {', '.join(keys)}" for name, keys in rows if keys)


def _backing(sentence: Sentence, after: Catalog) -> Iterator[str]:
    """Yield the facts that support a sentence, one per line."""
    ids = dict.fromkeys(NCT_ID.findall(f"{sentence.path} {sentence.text}"))
    keys = dict.fromkeys((*sentence.keys, *ids))
    shown = False
    for key in keys:
        source = after.content.sources.by_key.get(key)
        study = after.study_of(key)
        if source:
            how = f", through {source.through}" if source.through else ""
            how += ", a copy" if source.copy else ""
            words = f"{source.publisher}, {source.title}. Read on {source.read}{how}."
            yield f"- `{key}`: {markdown(words)} <{source.url}>"
            yield from (f"  - {markdown(line)}" for line in source.says[:LINES])
        elif study:
            yield f"- `{key}`, the record: {markdown(_facts(study))}"
        shown = shown or bool(source or study)
    if not shown:
        yield "It has no support: it cites no source, and no trial has a record here."


def _facts(study: Study) -> str:
    ages = terms.ages(study.minimum_age, study.maximum_age, study.std_ages)
    interventions = ", ".join(item.name for item in study.interventions[:8])
    groups = "; ".join(arm.label for arm in study.arms[:6])
    return ". ".join(
        filter(
            None,
            (
                study.official_title or study.brief_title,
                f"Conditions: {', '.join(study.conditions[:6])}",
                f"Ages: {ages}" if ages else "",
                f"Given: {interventions}" if interventions else "",
                f"Groups: {groups}" if groups else "",
            ),
        )
    )


def _grounds(before: Content, after: Content) -> Iterator[str]:
    """Yield what texts are compared with and differs: no program can tell whether that is right."""
    rows = [*_sources(before, after), *_claims(before, after)]
    if rows:
        yield f"### Changed grounds\n\n{_OPEN_IT}\n\n" + "\n".join(rows)


_OPEN_IT = (
    "**Open each of these sources and compare.** Texts are compared with these lines and claims,"
    " and nothing compares the lines with their sources: a wrong line lets wrong texts pass."
)


def _sources(before: Content, after: Content) -> Iterator[str]:
    """Yield what differs in each source."""
    old, new = before.sources.by_key, after.sources.by_key
    for key in new:
        one, two = old.get(key), new[key]
        if one == two:
            continue
        lines = [line for name in _PARTS for line in _differing(name, one, two)]
        said = one.says if one else ()
        lines += [f"  - gone: {markdown(line)}" for line in said if line not in two.says]
        lines += [f"  - new: {markdown(line)}" for line in two.says if line not in said]
        if lines:
            head = f"- `{key}` <{two.url}>" + ("" if one else ", a new source")
            yield "\n".join([head, *lines[:LINES]])


_PARTS = ("publisher", "title", "year", "url", "read", "copy", "through")


def _differing(name: str, one: Source | None, two: Source) -> Iterator[str]:
    if one and getattr(one, name) != getattr(two, name):
        before, after = (markdown(str(getattr(source, name))) for source in (one, two))
        yield f"  - {name}: {before} → {after}"


def _claims(before: Content, after: Content) -> Iterator[str]:
    """Yield the claims that differ, and whether the summary beside them does, too."""
    for nct_id, trial in after.trials.items():
        one, two = before.trials.get(nct_id), trial
        was = one.header.claims if one else None
        will = two.header.claims
        if one is None or was == will:
            continue
        old = {(key, value) for key, value, _ in statements(was)} if was else set()
        new = {(key, value) for key, value, _ in statements(will)} if will else set()
        lines = [f"  - claim gone: {key}: {markdown(value)}" for key, value in sorted(old - new)]
        lines += [f"  - claim new: {key}: {markdown(value)}" for key, value in sorted(new - old)]
        too = ", and so does the summary" if one.header.summary != two.header.summary else ""
        yield "\n".join(
            [f"- `{two.text.path}`: its claims change{too} <{record_url(nct_id)}>", *lines]
        )
