"""Slips of the pen that no figure gives away: a "not", a bound, a whole, a name, an end point."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from monitor.content import Claims, Text
from monitor.content.front_matter import read_header
from monitor.content.markdown_checks import characters, check, reviewers
from monitor.content.schema import TrialHeader
from monitor.facets import Sorting
from monitor.problems import Problem
from monitor.review import misplacement
from monitor.review.denials import lost_denials, new_denials
from monitor.review.exclusive_words import contradicted_words
from monitor.review.figure_contexts import (
    other_end_points,
    other_wholes,
    reversed_bounds,
    swapped_names,
    swapped_with_without,
)
from monitor.review.pairings import exchanged_pairs
from monitor.review.swapped_figures import swapped
from tests.trees import vocabulary

Check = Callable[..., Iterator[Any]]


def blood_rivals(text: str, says: list[str]) -> Iterator[tuple[int, str, str, str]]:
    """Yield the contradicted words of a text, with the vocabulary of blood cancers."""
    return contradicted_words(text, says, vocabularies=[vocabulary()])


# The check, the lines of a source, what says the same, and what does not.
ROWS: tuple[tuple[Check, str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        lost_denials,
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
        lost_denials,
        "In people of 55 and older no statistically significant gain was shown.",
        ("A gain was not shown.", "It did not show a gain.", "The question is open."),
        ("A gain was shown.", "A gain was shown, too."),
    ),
    (
        lost_denials,
        "They were not assigned by chance.",
        ("Nobody was assigned by chance.", "The groups were of different years."),
        ("They were assigned by chance.",),
    ),
    (
        lost_denials,
        "D-1 gave the drug without chemotherapy; there was no comparison group.",
        ("D-1 gave the drug without chemotherapy.", "It had no comparison group."),
        ("It had a comparison group.",),
    ),
    (
        new_denials,
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
        reversed_bounds,
        "Approved from the age of 26, for those of 12 and older in Japan; under 18 elsewhere.",
        ("From 26 years.", "At 26.", "12 and older.", "Not for those under 26.", "18 to 26"),
        (
            "Up to the age of 26.",
            "For those under 12.",
            "Over 18.",
            "It is not for those over 26.",
            "It does not take people older than 26.",
        ),
    ),
    (
        other_wholes,
        "Fever in 4 of the 25 given the drug, of 50 people in all.",
        ("4 of 25 had fever.", "Of 50 people some had fever."),
        ("4 of the 50 people had fever.",),
    ),
    (
        other_end_points,
        "Alive without a relapse after 3 years: 80% with the drug, 64% without.",
        (
            "80% were alive without a relapse.",
            "Event-free survival was 80% against 64%.",
            "It was 80%.",
        ),
        ("80% were alive, and 64% without the drug.", "A remission was seen in 80%."),
    ),
    (
        reversed_bounds,
        "The service pays for children in first remission whose MRD is 0.01% or more after the"
        " first chemotherapy.\nA child with less than 0.01% may get it later.",
        (
            "It pays where MRD is 0.01% or more after the first chemotherapy, in first remission.",
            "A child with less than 0.01% may get it.",
        ),
        ("It pays where MRD is under 0.01% after the first chemotherapy, in first remission.",),
    ),
    (
        lost_denials,
        "The test found nothing. It does not prove that nothing is left.",
        ("It is no proof that nothing is left.", "It does not prove that nothing is left."),
        ("It proves that nothing is left.",),
    ),
    (
        lost_denials,
        "No difference in survival was shown.",
        ("A difference in survival was not shown.",),
        ("A difference in survival was shown.",),
    ),
    (
        exchanged_pairs,
        "Sorted into the ONE type, with better results, and the TWO type, with poorer ones.",
        (
            "The ONE type has a better outlook, the TWO type a poorer one.",
            "The outlook is poorer in the TWO type and better in the ONE type.",
            "The TWO type has a poorer outlook.",
        ),
        (
            "The ONE type has a poorer outlook, the TWO type a better one.",
            "The outlook is poorer in the ONE type and better in the TWO type.",
        ),
    ),
    (
        exchanged_pairs,
        "Allogeneic cells come from a donor, autologous ones from one's own body.",
        ("Autologous means one's own, allogeneic from a donor.",),
        ("Autologous means from a donor, allogeneic one's own.",),
    ),
    (
        swapped_with_without,
        "Babies with a KMT2A change are assigned by chance, with or without another drug.",
        ("Those with the change are assigned by chance.", "With or without another drug."),
        ("Babies without the change are assigned by chance.",),
    ),
    (
        swapped_names,
        "X-118 blocks BCL-2 strongly and BCL-xL less strongly.",
        ("It blocks BCL-xL less strongly than BCL-2.", "It blocks BCL-2 strongly."),
        ("It blocks BCL-xL strongly and BCL-2 less strongly.",),
    ),
    (
        swapped_names,
        "Phase 2 looks for an effect. Phase 3 weighs benefit against risk.",
        ("Phase 3 weighs benefit, after phase 2 looked for an effect.",),
        ("Phase 2 weighs benefit against risk. Phase 3 looks for an effect.",),
    ),
    (
        blood_rivals,
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
        blood_rivals,
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


@pytest.mark.parametrize(("text", "is_reported"), REVIEWED.items())
def test_nobody_is_said_to_have_reviewed_the_site(text: str, is_reported: bool) -> None:
    assert bool([*reviewers(text)]) == is_reported


TYPED = {
    "an id in small letters": ("See nct99000001.", "'nct99000001' is not an NCT id"),
    "an id with a dash": ("See NCT–99000001.", "is not an NCT id"),
    "a letter of another alphabet": ("See N\u0421T99000001.", "holds a Cyrillic letter"),
    "a heading without a space": ("##A heading", "a heading has a space"),
    "a list with dashes": ("Text.\n\n– One\n– Two", "begins with a hyphen, not –"),
    "a line of hyphens": ("A heading\n---", "--- belongs only around the header"),
    "a table": ("| a | b |\n|---|---|\n| c | d |", "tables are not used here"),
    "a link turned round": ("See (about)[/about/].", "write the words in [ ]"),
    "a note turned round": ("It is so.^[pdq-all]", "is an unclosed note"),
    "a fence of two ticks": ("``trials\nNCT99000001\n``", "begins with three ticks"),
}


@pytest.mark.parametrize(("text", "message"), TYPED.values(), ids=TYPED.keys())
def test_what_an_editor_mistypes_is_reported_once(text: str, message: str) -> None:
    problems: list[Problem] = []
    check(Text(text, "x.md", 1), problems, has_lists=True, longest=1_000)
    messages = [one.message for one in problems] + [said for _, said in characters(text)]
    reported = [one for one in messages if message in one]
    assert len(reported) == (2 if "– One" in text else 1), messages
    assert len(messages) == len(reported)


@pytest.mark.parametrize(
    "text",
    [
        "A sentence\n– with an aside – that goes on.",
        "See https://x.example/nct99000001 and [it](/trials/NCT99000001/).",
        "It is x | y, and α-helix.",
        "[^meddatax-nct99000001-2025]",
    ],
)
def test_what_only_looks_mistyped_may_stand(text: str) -> None:
    problems: list[Problem] = []
    check(Text(text, "x.md", 1), problems, has_lists=True, longest=1_000)
    assert [*problems, *characters(text)] == []


HEADERS = {
    "a comment that was none": ("short_name: Trial #1", 1, "the text after # is ignored"),
    "no space behind a colon": ("summary: A\nshort_name:B\nsources: [c]", 2, "a space belongs"),
    "a sign that YAML knows": ("summary: @home", 1, "a value that begins with @ goes in quotes"),
}


@pytest.mark.parametrize(("text", "line", "message"), HEADERS.values(), ids=HEADERS.keys())
def test_a_header_that_yaml_reads_otherwise_is_reported(text: str, line: int, message: str) -> None:
    problems: list[Problem] = []
    read_header(text, "x.md", 1, TrialHeader, problems)
    assert any(one.line == line and message in one.message for one in problems), problems


@pytest.mark.parametrize("text", ["summary: A  # why", "summary: a#b", 'summary: "A #1"'])
def test_a_comment_may_stand_behind_a_value(text: str) -> None:
    problems: list[Problem] = []
    read_header(text, "x.md", 1, TrialHeader, problems)
    assert problems == []


def test_a_list_for_people_in_remission_takes_no_trial_that_claims_relapse_alone() -> None:
    words = vocabulary()
    relapsed = Claims(line=("relapsed or refractory",))
    both = Claims(line=("relapsed or refractory", "in remission"))
    assert "claims relapsed-refractory" in misplacement(
        "in-remission", None, Sorting(), relapsed, words
    )
    assert misplacement("in-remission", None, Sorting(), both, words) == ""
    assert misplacement("relapsed-refractory", None, Sorting(), relapsed, words) == ""
