"""Sorting held against labels: how often "yes" and "no" are right, and each disagreement.

`python -m benchmarks.facets` prints, for each value, cases, agreement, precision and recall of yes
and of no, on both halves of the labelled records. Rules were tuned on the first, third, fifth, …
line of labels.jsonl, and the disagreements of the other half have been read since: only records
that nobody read (`--labels`) can judge them. `--all` counts values on all real records.
Without ../shared/registry beside the project it says so.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.content import Vocabulary, read_content
from monitor.facets import NO, NOT_STATED, YES, Sorting, sort
from monitor.problems import Problem, Refused
from monitor.registry import Study, study_from

PROJECT = Path(__file__).resolve().parent.parent
REGISTRY = PROJECT.parent / "shared" / "registry"
DISEASE = "acute-lymphoblastic-leukemia"

PEOPLE = {
    "b_cell": ("lineage", "b-cell"),
    "t_cell": ("lineage", "t-cell"),
    "ph_positive": ("subtype", "ph-positive"),
    "ph_negative": ("subtype", "ph-negative"),
    "ph_like": ("subtype", "ph-like"),
    "kmt2a": ("subtype", "kmt2a"),
    "newly_diagnosed": ("stage", "newly-diagnosed"),
    "relapsed_refractory": ("stage", "relapsed-refractory"),
    "in_remission": ("stage", "in-remission"),
    "after_car_t": ("stage", "after-car-t"),
}
"""What labels call a value, with an answer of yes, no or unstated."""

STUDIED = {
    "car_t": "car-t",
    "bispecific": "bispecific",
    "antibody_drug_conjugate": "antibody-drug-conjugate",
    "antibody": "antibody",
    "tki": "tki",
    "bcl2": "bcl2",
    "menin": "menin",
    "asparaginase": "asparaginase",
    "transplant": "transplant",
    "chemotherapy": "chemotherapy",
    "radiation": "radiotherapy",
    "supportive_care": "supportive-care",
    "nk_cells": "nk-cells",
}
"""What labels list as treatments: what is not listed is not studied."""

TARGETS = {
    "CD19": "cd19",
    "CD22": "cd22",
    "CD20": "cd20",
    "CD7": "cd7",
    "CD38": "cd38",
    "BCR-ABL or ABL1": "bcr-abl1",
    "BCL-2": "bcl2",
    "menin": "menin",
}


@dataclass(frozen=True)
class Case:
    """A value of a labelled record: what the label says, and what sorting does."""

    number: int  # the line of the label, from 0
    nct_id: str
    name: str
    label: str
    answer: str
    because: str
    note: str


def vocabulary() -> Vocabulary:
    """Return the vocabulary of the labelled disease."""
    problems: list[Problem] = []
    content = read_content(PROJECT, problems)
    if problems:
        raise Refused(*problems)
    words = next(disease for disease in content.diseases if disease.slug == DISEASE).vocabulary
    assert words is not None
    return words


def records(*names: str) -> dict[str, Any]:
    """Return id -> real record."""
    by_id: dict[str, Any] = {}
    for path in sorted((REGISTRY / "studies").glob("*.json")):
        by_id[path.stem] = json.loads(path.read_bytes())
    for name in names:
        for line in (REGISTRY / "all" / name).read_text("utf-8").splitlines():
            record = json.loads(line)
            nct_id = record["protocolSection"]["identificationModule"]["nctId"]
            by_id.setdefault(nct_id, record)
    return by_id


def cases(words: Vocabulary, labels: Path) -> Iterator[Case]:
    """Yield each value of each labelled record that enrols people with the disease."""
    by_id = records("whole.jsonl", "near.jsonl")
    for number, line in enumerate(labels.read_text("utf-8").splitlines()):
        label = json.loads(line)
        if label["enrols_all"] not in ("yes", "mixed"):
            continue
        sorting = sort(study_from(by_id[label["nct"]]), words)
        for name, (facet, value) in PEOPLE.items():
            answer = label[name].replace("unstated", "")
            yield _case(number, label, name, answer, facet, value, sorting)
        for facet, names, listed in (
            ("treatment", STUDIED, label["treatments"]),
            ("target", TARGETS, label["targets"]),
        ):
            for name, value in names.items():
                answer = YES if set(name.split(" or ")) & set(listed) else NOT_STATED
                yield _case(number, label, f"{facet} {name}", answer, facet, value, sorting)


def _case(
    number: int, label: Any, name: str, expected: str, facet: str, value: str, sorting: Sorting
) -> Case:
    reasons = sorting.reasons.get((facet, value), ())
    because = "; ".join(f"{where}: {text}" for where, text in reasons)
    answer = sorting.answer(facet, value)
    return Case(number, label["nct"], name, expected, answer, because, label["note"])


def table(all_cases: list[Case]) -> Iterator[str]:
    """Yield a row per value: cases, agreement, precision and recall of yes and of no."""
    yield f"{'':34}cases agree   yes: right/said of labelled      no: right/said of labelled"
    for name in dict.fromkeys(case.name for case in all_cases):
        mine = [case for case in all_cases if case.name == name]
        agree = sum(case.label == case.answer for case in mine)
        columns = [f"{name:34}{len(mine):5} {agree / len(mine):5.0%}"]
        for answer in (YES, NO):
            said = sum(case.answer == answer for case in mine)
            labelled = sum(case.label == answer for case in mine)
            right = sum(case.answer == answer == case.label for case in mine)
            precision = f"{right / said:4.0%}" if said else "   –"
            recall = f"{right / labelled:4.0%}" if labelled else "   –"
            columns.append(f"{right:3}/{said:3} = {precision}  of {labelled:3} = {recall}")
        yield "   ".join(columns)


def main() -> int:
    """Print it all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=["tuned", "other"], help="only this half")
    parser.add_argument("--value", help="only disagreements about this value")
    parser.add_argument("--all", action="store_true", help="count values on all real records")
    parser.add_argument("--labels", type=Path, default=REGISTRY / "labels" / "labels.jsonl")
    options = parser.parse_args()
    if not options.labels.exists():
        print(f"NOT MEASURED: {options.labels} is missing")
        return 0
    words = vocabulary()
    if options.all:
        for line in _counts(words):
            print(line)
        return 0
    all_cases = list(cases(words, options.labels))
    halves = {"tuned": [case for case in all_cases if case.number % 2 == 0]}
    halves["other"] = [case for case in all_cases if case.number % 2]
    for name, mine in halves.items():
        if options.half in (None, name):
            print(f"\n# The {name} half: {len({case.nct_id for case in mine})} records\n")
            for line in table(mine):
                print(line)
    print("\n# Disagreements\n")
    for name, mine in halves.items():
        for case in sorted(mine, key=lambda case: case.name):
            is_asked = options.half in (None, name) and options.value in (None, case.name)
            if is_asked and case.label != case.answer:
                print(
                    f"{name} {case.nct_id} {case.name}: label {case.label or 'unstated'},"
                    f" sorted {case.answer or 'not stated'}\n"
                    f"    because: {case.because or '-'}\n    label's note: {case.note}"
                )
    return 0


def _counts(words: Vocabulary) -> Iterator[str]:
    """Yield the number of real records with each value, and the time that it takes."""
    studies: list[Study] = [
        study_from(record)
        for record in records("whole.jsonl", "near.jsonl", "partial.jsonl").values()
    ]
    sort(studies[0], words)  # which makes the vocabulary ready
    whole = [study for study in studies if study.criteria]
    start = time.process_time()
    for study in whole:
        sort(study, words)
    mean = (time.process_time() - start) / len(whole)
    sortings = [sort(study, words) for study in studies]
    taken = time.process_time() - start
    yield f"{len(studies)} records in {taken:.2f} s"
    yield f"{len(whole)} of them whole, {mean * 1000:.2f} ms each\n"
    for facet in words.facets:
        counts = Counter(
            (value, answer)
            for sorting in sortings
            for answer, values in ((YES, sorting.yes), (NO, sorting.no))
            for value in values.get(facet.key, ())
        )
        for value in facet.values:
            yes, no = counts[value.key, YES], counts[value.key, NO]
            none = 1 - (yes + no) / len(studies)
            yield f"{facet.key:10} {value.key:28} yes {yes:5}  no {no:5}  not stated {none:4.0%}"


if __name__ == "__main__":
    sys.exit(main())
