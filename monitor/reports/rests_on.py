"""Sentences that a proposal changes, each beside what it rests on, as Markdown for a reviewer.

A program sees a number that changed. That a "not" went, only a reader sees: so each changed
sentence stands next to the lines of its sources, or the facts of the record that it is about.
"""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from monitor.catalog import Catalog
from monitor.content import Content, Sentence, sentences
from monitor.registry import NCT_ID, Study, terms
from monitor.reports.escape import markdown

MOST = 60  # changes that are shown
LINES = 12  # of a source


@dataclass(frozen=True)
class Change:
    """A sentence as it will be, or as it was where it goes."""

    sentence: Sentence
    before: str  # "" of a new one
    after: str  # "" of one that goes


def rests_on(before: Content, after: Catalog) -> str:
    """Tell the changed sentences with what they rest on; "" where none changed."""
    changes = [*changed(before, after.content)]
    parts = [_told(change, after) for change in changes[:MOST]]
    if len(changes) > MOST:
        parts.append(f"And {len(changes) - MOST} more sentences that are not shown.")
    parts += _sources(before, after.content)
    head = "## Sentences that change, and what they rest on"
    return "\n\n".join([head, *parts]) if parts else ""


def changed(before: Content, after: Content) -> Iterator[Change]:
    """The sentences of texts, summaries and definitions that differ, by their files."""
    old, new = _sentences(before), _sentences(after)
    for path in sorted({*old, *new}):
        one, two = old.get(path, []), new.get(path, [])
        matcher = difflib.SequenceMatcher(
            None, [_key(s) for s in one], [_key(s) for s in two], autojunk=False
        )
        for kind, a, b, c, d in matcher.get_opcodes():
            if kind != "equal":
                for was, will in zip_longest(one[a:b], two[c:d]):
                    yield Change(will or was, was.text if was else "", will.text if will else "")


def _key(sentence: Sentence) -> tuple[str, tuple[str, ...]]:
    return sentence.text, tuple(sorted(sentence.keys))


def _sentences(content: Content) -> dict[str, list[Sentence]]:
    found: dict[str, list[Sentence]] = defaultdict(list)
    for nct_id, trial in content.trials.items():
        path, line = trial.text.path, trial.lines.get(("summary",), 0)
        keys = trial.header.sources or (nct_id,)
        found[path].append(Sentence(trial.header.summary, keys, path, line))
        found[path] += sentences(trial.text)
    for disease in content.diseases:
        path, line = disease.text.path, disease.lines.get(("summary",), 0)
        if disease.header.summary:
            found[path].append(Sentence(disease.header.summary, (), path, line))
        found[path] += sentences(disease.text)
    texts = [guide.text for guide in content.guides.values()]
    for text in (*texts, *(page.text for page in content.pages)):
        found[text.path] += sentences(text)
    glossary = content.glossary
    for term in glossary.terms:
        line = glossary.lines.get(term.id, 0)
        said = f"{term.term}: {term.definition}"
        found[glossary.path].append(Sentence(said, term.source, glossary.path, line))
    found.pop("", None)
    return found


def _told(change: Change, after: Catalog) -> str:
    sentence = change.sentence
    lines = [f"- {change.before}"] if change.before else []
    lines += [f"+ {change.after}"] if change.after else []
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    rows = [f"### {sentence.path}:{sentence.line}", "\n".join([f"{fence}diff", *lines, fence])]
    if change.before and change.after and (words := _words(change.before, change.after)):
        rows.append(words)
    if change.after:
        rows.append("\n".join(_backing(sentence, after)))
    return "\n\n".join(rows)


def _words(before: str, after: str) -> str:
    """The words that went and came, where they are few."""
    one, two = before.split(), after.split()
    went, came = list[str](), list[str]()
    for kind, a, b, c, d in difflib.SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if kind != "equal":
            went += one[a:b]
            came += two[c:d]
    if len(went) + len(came) > 12:
        return ""
    parts = [("gone", went), ("new", came)]
    return "; ".join(f"**{name}:** {markdown(' '.join(words))}" for name, words in parts if words)


def _backing(sentence: Sentence, after: Catalog) -> Iterator[str]:
    """What stands for a sentence: a line a fact."""
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
        yield "Nothing stands for it: it cites no source, and no trial has a record here."


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


def _sources(before: Content, after: Content) -> Iterator[str]:
    """Lines of sources that differ, and which texts cite them."""
    rows = []
    old, new = before.sources.by_key, after.sources.by_key
    for key in new:
        one, two = old[key].says if key in old else (), new[key].says
        lines = [f"  - gone: {markdown(line)}" for line in one if line not in two]
        lines += [f"  - new: {markdown(line)}" for line in two if line not in one]
        if lines and key in old:
            rows.append("\n".join([f"- `{key}` <{new[key].url}>", *lines[:LINES]]))
    if rows:
        yield "### Lines of sources that change\n\n" + "\n".join(rows)
