"""Slips of the pen that no figure gives away: a "not", a bound, a whole, a name, an end point."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from monitor.content import swapped
from monitor.content.markdown_checks import reviewers
from monitor.review.denials import came, went
from monitor.review.meanings import crossed, exchanged, foreign, mistaken, turned
from monitor.review.rivals import rivals

Check = Callable[..., Iterator[Any]]

# The check, the lines of a source, what says the same, and what does not.
ROWS: tuple[tuple[Check, str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        went,
        "Examplimab is approved for relapsed disease, not as consolidation.",
        (
            "Examplimab is not approved as consolidation.",
            "As consolidation examplimab has no approval.",
            "Examplimab is approved for relapsed disease.",
        ),
        (
            "Examplimab is approved as consolidation.",
            "As consolidation examplimab is approved.",
        ),
    ),
    (
        went,
        "In people of 55 and older no statistically significant gain was shown.",
        ("A gain was not shown.", "It did not show a gain.", "The question is open."),
        ("A gain was shown.", "A gain was shown, too."),
    ),
    (
        went,
        "They were not assigned by chance.",
        ("Nobody was assigned by chance.", "The groups were of different years."),
        ("They were assigned by chance.",),
    ),
    (
        went,
        "D-1 gave the drug without chemotherapy; there was no comparison group.",
        ("D-1 gave the drug without chemotherapy.", "It had no comparison group."),
        ("It had a comparison group.",),
    ),
    (
        came,
        "In July 2025 examplimab was approved in Europe.\nIt is not for children.",
        (
            "Examplimab was approved.",
            "Children are not treated.",
            "How long it helps is not known.",
            "It is not yet clear, and not only there.",
        ),
        ("Examplimab was not confirmed.", "Nobody over 40 got it."),
    ),
    (
        turned,
        "Approved from the age of 26, for those of 12 and older in Japan; under 18 elsewhere.",
        ("From 26 years.", "At 26.", "12 and older.", "Not for those under 26.", "18 to 26"),
        ("Up to the age of 26.", "For those under 12.", "Over 18."),
    ),
    (
        foreign,
        "Fever in 4 of the 25 given the drug, of 50 people in all.",
        ("4 of 25 had fever.", "Of 50 people some had fever."),
        ("4 of the 50 people had fever.",),
    ),
    (
        mistaken,
        "Alive without a relapse after 3 years: 80% with the drug, 64% without.",
        (
            "80% were alive without a relapse.",
            "Event-free survival was 80% against 64%.",
            "It was 80%.",
        ),
        ("80% were alive, and 64% without the drug.", "A remission was seen in 80%."),
    ),
    (
        exchanged,
        "Babies with a KMT2A change are assigned by chance, with or without another drug.",
        ("Those with the change are assigned by chance.", "With or without another drug."),
        ("Babies without the change are assigned by chance.",),
    ),
    (
        crossed,
        "X-118 blocks BCL-2 strongly and BCL-xL less strongly.",
        ("It blocks BCL-xL less strongly than BCL-2.", "It blocks BCL-2 strongly."),
        ("It blocks BCL-xL strongly and BCL-2 less strongly.",),
    ),
    (
        crossed,
        "Phase 2 looks for an effect. Phase 3 weighs benefit against risk.",
        ("Phase 3 weighs benefit, after phase 2 looked for an effect.",),
        ("Phase 2 weighs benefit against risk. Phase 3 looks for an effect.",),
    ),
    (
        rivals,
        "In August 2023 the request to approve it for adults in the chronic phase was withdrawn.",
        ("The request was withdrawn.", "For adults.", "In the chronic phase.", "Not children."),
        (
            "The request was granted.",
            "In the accelerated phase.",
            "For adults and children.",
            "For children.",
        ),
    ),
    (
        rivals,
        "The trial was suspended; more people had fever, 405 got the drug against another.",
        ("It was suspended.", "Fever was more frequent."),
        ("It was completed.", "The drug was added to another."),
    ),
    (
        swapped,
        "158 people were in the group with ponatinib, 78 in the other.",
        ("158 with ponatinib and 78 with imatinib", "78 with imatinib, 158 with ponatinib"),
        ("78 with ponatinib and 158 with imatinib",),
    ),
    (
        swapped,
        "Remission in 30% with ponatinib and 12% with imatinib.",
        ("Remission in 12% with imatinib and in 30% with ponatinib.",),
        ("Remission in 12% with ponatinib and in 30% with imatinib.",),
    ),
    (
        swapped,
        "The drug with cyclonib for 1 year (one year); with dexamab for 2 years (two years).",
        ("with cyclonib for one year, with dexamab for two years",),
        ("with dexamab for one year, with cyclonib for two years",),
    ),
    (
        swapped,
        "Under 18 in GROUPA, under 22 in GROUPB; of 53 children 17 (32%) responded.",
        ("under 22 in GROUPB, under 18 in GROUPA", "17 of 53 responded"),
        ("under 22 in GROUPA, under 18 in GROUPB",),
    ),
)
SOUND = [(check, line, text) for check, line, sound, _ in ROWS for text in sound]
WRONG = [(check, line, text) for check, line, _, wrong in ROWS for text in wrong]


@pytest.mark.parametrize(("check", "line", "text"), SOUND)
def test_what_the_line_says_may_be_said_in_other_words(check: Check, line: str, text: str) -> None:
    assert [*check(text, line.split("\n"))] == []


@pytest.mark.parametrize(("check", "line", "text"), WRONG)
def test_what_the_line_does_not_say_is_noticed(check: Check, line: str, text: str) -> None:
    assert [*check(text, line.split("\n"))] != []


REVIEWED = {
    "A physician has reviewed this site, but none of it is medical advice.": True,
    "These pages were checked by two doctors.": True,
    "No physician has reviewed this site.": False,
    "Ask your doctor about this trial.": False,
    "> “A doctor reviewed this page.”": False,
}


@pytest.mark.parametrize(("text", "is_told"), REVIEWED.items())
def test_nobody_is_said_to_have_reviewed_the_site(text: str, is_told: bool) -> None:
    assert bool([*reviewers(text)]) == is_told
