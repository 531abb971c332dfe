"""Sorting: what the language of records does to the words of a vocabulary. All records invented."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from monitor.content.claims import Claims
from monitor.content.vocabulary import read_vocabulary
from monitor.facets import EDITORS, NO, NOT_STATED, YES, Sorting, merged, sort, with_claims
from monitor.problems import Problem
from monitor.registry import Ages
from monitor.registry.study import study_from
from monitor.website import read_catalog
from tests.records import Record, nct, record
from tests.trees import vocabulary, write
from tests.vocabulary_tree import vocabulary_tree

ALL = vocabulary().of("acute-lymphoblastic-leukemia")

TITLE = "identificationModule__briefTitle"
OFFICIAL = "identificationModule__officialTitle"
CONDITIONS = "conditionsModule__conditions"
KEYWORDS = "conditionsModule__keywords"
CRITERIA = "eligibilityModule__eligibilityCriteria"
ARMS = "armsInterventionsModule__armGroups"
INTERVENTIONS = "armsInterventionsModule__interventions"
PURPOSE = "designModule__designInfo"
SUMMARY = "descriptionModule__briefSummary"


CHAIN = """label: Invented words
diseases:
  leukemia: leukemia
facets:
  - key: step
    label: Step
    question: How far has it come?
    values:
      - key: early
        label: Early
        adjectives: early
        rules_out: middle
      - key: middle
        label: Middle
        adjectives: middle
        rules_out: late
      - key: late
        label: Late
        adjectives: late
"""


def criteria(*inside: str, out: tuple[str, ...] = ()) -> str:
    """Eligibility criteria of these items; an item that begins with spaces stands below."""

    def items(texts: tuple[str, ...]) -> str:
        return "\n".join(
            f"{' ' * (len(text) - len(text.lstrip()))}* {text.lstrip()}" for text in texts
        )

    return f"Inclusion Criteria:\n\n{items(inside)}\n\nExclusion Criteria:\n\n{items(out)}"


def sorted_(
    *inside: str,
    out: tuple[str, ...] = ("Pregnancy",),
    title: str = "A study",
    also: Record | None = None,
) -> Sorting:
    """How an invented record with these criteria is sorted."""
    plain: dict[str, Any] = {
        TITLE: title,
        OFFICIAL: "",
        CONDITIONS: [],
        SUMMARY: "",
        ARMS: [],
        INTERVENTIONS: [],
        CRITERIA: criteria(*inside, out=out),
    }
    return sort(study_from(record(1, **{**plain, **(also or {})})), ALL)


def answers(sorting: Sorting, *keys: str) -> tuple[str, ...]:
    """The answers to values, each written as its facet and its key: "stage/mrd"."""
    return tuple(sorting.answer(*key.split("/")) for key in keys)


B, T = "lineage/b-cell", "lineage/t-cell"
PH, NOT_PH, PH_LIKE, KMT2A = (
    "subtype/ph-positive",
    "subtype/ph-negative",
    "subtype/ph-like",
    "subtype/kmt2a",
)
NEW, BACK, REMISSION, MRD, AFTER = (
    "stage/newly-diagnosed",
    "stage/relapsed-refractory",
    "stage/in-remission",
    "stage/mrd",
    "stage/after-car-t",
)


# Denial


@pytest.mark.parametrize(
    ("item", "positive", "negative"),
    [
        ("Ph+ ALL", YES, NO),
        ("ALL without the Philadelphia chromosome", NO, YES),
        ("No Ph+ ALL", NO, YES),
        ("BCR-ABL1-negative ALL", NO, YES),
        ("Ph- ALL", NO, YES),
        ("non-Ph+ ALL", NO, YES),
        ("ALL other than BCR-ABL1-positive ALL", NO, YES),
        ("Without T315I mutation and in patients with Ph+ ALL", YES, NO),
        ("Ph+ ALL without a T315I mutation", YES, NO),
        ("Risk groups, not limited to t(9;22) or t(4;11)", YES, NOT_STATED),
        ("Ph-positive or Ph-negative ALL", YES, YES),
    ],
)
def test_denial_reaches_as_far_as_it_does(item: str, positive: str, negative: str) -> None:
    assert answers(sorted_(item), PH, NOT_PH) == (positive, negative)


@pytest.mark.parametrize(
    ("item", "kept_out"),
    [
        ("Ph+ ALL", True),
        ("Philadelphia chromosome positive (BCR-ABL1+) ALL", True),
        ("Burkitt leukemia, Ph+ ALL or AML", True),
        ("Known Ph-positive leukemia", True),
        ("Ph+ ALL, unless two inhibitors failed before", False),
        ("Ph+ ALL within 4 weeks of transplant", False),
        ("Uncontrolled infection in patients with Ph+ ALL", False),
    ],
)
def test_who_is_kept_out(item: str, kept_out: bool) -> None:
    sorting = sorted_("ALL", out=(item,))
    assert answers(sorting, PH, NOT_PH) == ((NO, YES) if kept_out else (NOT_STATED, NOT_STATED))
    if kept_out:
        (reason,) = sorting.reasons["subtype", "ph-positive"]
        assert reason.where == "exclusion 1"


def test_a_heading_keeps_out_those_below_it() -> None:
    sorting = sorted_("ALL", "These subtypes are not eligible:", "  T-lineage ALL", "  Ph+ ALL")
    assert answers(sorting, B, T, PH, NOT_PH) == (YES, NO, NO, YES)


def test_a_heading_with_no_keeps_out_those_below_it() -> None:
    inside = ("ALL", "No patients with any of the following:", "  Ph+ ALL", "  MLL rearrangement")
    assert answers(sorted_(*inside), PH, KMT2A) == (NO, NO)


def test_a_word_in_the_name_of_a_disease_keeps_nobody_else_out() -> None:
    barred = criteria("Lymphoma", out=("Burkitt lymphoma, or high-grade B-cell lymphoma.",))
    lymphoma = vocabulary().of("diffuse-large-b-cell-lymphoma")
    sorting = sort(study_from(record(1, **{CRITERIA: barred, CONDITIONS: ["Lymphoma"]})), lymphoma)
    assert answers(sorting, B, T) == (NOT_STATED, NOT_STATED)


def test_a_subtype_in_brackets_is_of_the_disease_before_them() -> None:
    item = "ALL in first remission (Ph-positive) Acute myeloid leukemia in second remission"
    assert answers(sorted_(item), PH) == (YES,)


def test_what_is_not_of_t_cells_is_of_b_cells() -> None:
    assert answers(sorted_("ALL of non-T-cell phenotype"), B) == (YES,)
    assert answers(sorted_("L3 leukemia"), B, T) == (YES, NO)


def test_a_test_is_no_group_of_people() -> None:
    tested = "Markers to determine lineage (B-cell, T-cell or mixed)"
    assert answers(sorted_(tested, title="Drug X in B-Cell ALL"), B, T) == (YES, NO)


def test_a_group_in_brackets_is_no_limit_for_the_others() -> None:
    item = "Age of the specimen (BCP-ALL: from its collection; ALL: from its staining)"
    assert answers(sorted_(item), B, T) == (YES, NOT_STATED)


def test_what_a_group_must_have_is_no_limit_for_the_others() -> None:
    item = "ALL; participants with B-cell ALL: two earlier lines of therapy"
    assert answers(sorted_(item), B, T) == (YES, NOT_STATED)


def test_to_keep_out_some_leaves_the_others() -> None:
    sorting = sorted_("B-precursor ALL", "No mature B-cell leukemia")
    assert answers(sorting, B) == (YES,)
    assert answers(sorted_("ALL", "No mature B-cell leukemia"), B) == (NOT_STATED,)


def test_to_keep_out_who_is_not_is_to_ask_for_it() -> None:
    sorting = sorted_("ALL", out=("Not in remission",))
    assert answers(sorting, REMISSION) == (YES,)


# "or", shared heads, parts of words


@pytest.mark.parametrize(
    ("item", "b_cell", "t_cell"),
    [
        ("B-ALL", YES, NO),
        ("Acute lymphoblastic leukemia (B-ALL)", YES, NO),
        ("T-ALL", NO, YES),
        ("B- or T-cell ALL", YES, YES),
        ("B or T cell ALL", YES, YES),
        ("B/T-cell acute lymphoblastic leukemia", YES, YES),
        ("T-cell and non-T-cell ALL", NOT_STATED, YES),
        ("Acute lymphoblastic leukemia (B-cell or T-cell)", YES, YES),
        ("Precursor B-cell acute lymphoblastic leukaemia", YES, NO),
        ("KMT2A-rearranged ALL, T-cell ALL or ETP-ALL", NOT_STATED, YES),
        ("B-cell non-Hodgkin lymphoma or ALL", NOT_STATED, NOT_STATED),
        ("Ballooning of lymphoblasts in ALL", NOT_STATED, NOT_STATED),
        ("B-ALL - must have been seen under the microscope", YES, NOT_STATED),
        ("ALL, no human T-cell leukemia virus", NOT_STATED, NOT_STATED),
        ("ALL without B-cell aplasia", NOT_STATED, NOT_STATED),
        ("ALL, able to give T cells by apheresis", NOT_STATED, NOT_STATED),
        ("ALL after CAR T-cell therapy", NOT_STATED, NOT_STATED),
    ],
)
def test_lineage(item: str, b_cell: str, t_cell: str) -> None:
    assert answers(sorted_(item), B, T) == (b_cell, t_cell)


def test_slash_forms_in_keywords() -> None:
    assert answers(sorted_(also={KEYWORDS: ["T/NK-cell acute leukemia"]}), T) == (YES,)


def test_another_disease_beside_it_is_no_choice() -> None:
    assert answers(sorted_("Confirmed B-ALL or Burkitt lymphoma"), B, T) == (YES, NO)


def test_high_risk_is_one_of_several_where_others_follow() -> None:
    assert answers(sorted_(title="CAR-T Cells in High-Risk B-ALL"), B, T) == (YES, NO)
    assert answers(sorted_(title="Drug X in High-Risk Relapsed ALL"), BACK, NEW) == (YES, NO)
    for people in (
        "High-Risk or Relapsed",
        "High-Risk/Relapsed",
        "High-Risk, Relapsed or Refractory",
    ):
        sorting = sorted_(title=f"Drug X in {people} B-ALL")
        assert answers(sorting, BACK, NEW, B, T) == (YES, NOT_STATED, YES, NO), people


def test_a_target_says_whose_disease_it_is() -> None:
    sorting = sorted_("ALL", title="CD19 CAR T Cells in Leukemia")
    assert answers(sorting, B, T) == (YES, NO)
    assert answers(sorting, "treatment/car-t", "target/cd19") == (YES, YES)


def test_the_target_of_an_intervention_weighs_as_much_as_a_criterion() -> None:
    b_cell = "B-cell acute lymphoblastic leukemia"
    intervention = {INTERVENTIONS: [{"name": "CD19 CAR T Cells"}]}
    assert answers(sorted_("ALL", out=(b_cell,), also=intervention), B, T) == (YES, NO)
    titled = sorted_("ALL", out=(b_cell,), title="CD19 CAR T Cells in ALL")
    assert answers(titled, B, T) == (NO, YES)


def test_a_record_about_another_disease_says_nothing_of_people_with_ours() -> None:
    chronic, relapse = "Drug X in Chronic Lymphocytic Leukemia", "Relapsed leukemia"
    assert answers(sorted_(relapse, title=chronic), BACK, NEW) == (NOT_STATED, NOT_STATED)
    assert answers(sorted_(relapse, title="Drug X in Leukemia"), BACK, NEW) == (YES, NO)
    assert answers(sorted_(relapse, "Also ALL", title=chronic), BACK) == (YES,)
    assert answers(sorted_(relapse, title="Drug X in GVHD"), BACK) == (YES,)
    by_condition: Record = {CONDITIONS: ["Chronic Lymphocytic Leukemia"]}
    assert answers(sorted_(relapse, also=by_condition), BACK) == (NOT_STATED,)
    assert answers(sorted_(relapse, title="Drug X in Leukemia", also=by_condition), BACK) == (YES,)


def test_one_word_may_name_several_targets() -> None:
    sorting = sorted_("ALL", title="Anti-CD19/20/22 CAR T Cells in Leukemia")
    assert sorting.yes["target"] == ("cd19", "cd22", "cd20")
    assert sorted_("ALL", title="CD19 /22 CAR T Cells").yes["target"] == ("cd19", "cd22")


def test_a_marker_says_whose_disease_it_is() -> None:
    assert answers(sorted_("ALL, CD20-positive"), B, T) == (YES, NO)
    assert answers(sorted_("Leukemia that expresses CD22"), B, T) == (YES, NO)


# A word said of something else, history against state


@pytest.mark.parametrize(
    ("item", "new"),
    [
        ("Must have undergone allogeneic stem cell transplantation", NO),
        ("Received CD19 CAR-T cells at least a year ago", NO),
        ("Survival for 60 days after an allogeneic transplantation", NO),
        ("Patients who have undergone a transplant must be off steroids", NOT_STATED),
        ("Patients with NHL who have undergone a transplant", NOT_STATED),
        ("Has not undergone a transplant", NOT_STATED),
        ("DONOR: has undergone a transplant", NOT_STATED),
    ],
)
def test_who_is_past_a_transplant_is_not_new(item: str, new: str) -> None:
    assert answers(sorted_("ALL", item), NEW) == (new,)


def test_to_bar_what_ends_a_value_says_nothing() -> None:
    assert answers(sorted_("ALL", out=("Has undergone a transplant",)), NEW) == (NOT_STATED,)


@pytest.mark.parametrize(
    ("title", "new"),
    [
        ("Drug X for Iron Overload in Patients Who Have Undergone a Transplant", NO),
        ("Drug X for GVHD in Patients Who Have Undergone a Transplant", NO),
        ("Drug X in Leukemia or in Patients Who Have Undergone a Transplant", NOT_STATED),
        ("Drug X in Patients With NHL Who Have Undergone a Transplant", NOT_STATED),
    ],
)
def test_a_title_says_what_people_are_past(title: str, new: str) -> None:
    assert answers(sorted_("Leukemia", title=title), NEW) == (new,)


def test_people_at_high_risk_beside_those_in_relapse_may_be_new() -> None:
    groups = ("Any relapse of ALL", "ALL with MRD of at least 0.01% after induction")
    assert answers(sorted_(*groups), NEW) == (NO,)
    assert answers(sorted_("High-risk/relapsed ALL:", *groups), NEW) == (NOT_STATED,)


def test_keywords_say_nothing_of_the_state_at_entry() -> None:
    indexed = sorted_(also={KEYWORDS: ["recurrent adult B-cell acute lymphoblastic leukemia"]})
    assert answers(indexed, BACK, B) == (NOT_STATED, YES)


def test_a_summary_rules_out_where_nothing_else_speaks() -> None:
    text = "This study evaluates drug X in participants with relapsed or refractory B-ALL."
    assert answers(sorted_(also={SUMMARY: text}), NEW, BACK, B, T) == (NO, YES, YES, NO)
    for rate in ("the objective remission rate", "growth in vivo and the objective remission rate"):
        text = f"This study evaluates {rate} of ALL."
        assert answers(sorted_(also={SUMMARY: text}), REMISSION) == (NOT_STATED,), rate


def test_a_title_for_residual_disease_is_not_for_the_new() -> None:
    bare: Record = {CRITERIA: "", CONDITIONS: ["B-ALL"]}
    sorting = sorted_(title="CAR-T Cells in MRD-Positive B-ALL", also=bare)
    assert answers(sorting, NEW, REMISSION, MRD) == (NO, YES, YES)


@pytest.mark.parametrize(
    ("item", "out", "new", "back", "remission"),
    [
        ("Newly diagnosed ALL", "", YES, NO, NO),
        ("Must be previously untreated", "", YES, NO, NO),
        ("New diagnosed patients", "", YES, NO, NO),
        ("Treatment-naïve ALL", "", YES, NO, NO),
        (
            "Tyrosine kinase inhibitor (TKI) treatment naïve ALL",
            "",
            NOT_STATED,
            NOT_STATED,
            NOT_STATED,
        ),
        ("ALL", "Untreated CNS metastases", NOT_STATED, NOT_STATED, NOT_STATED),
        ("ALL", "History of recurrent infections", NOT_STATED, NOT_STATED, NOT_STATED),
        ("ALL", "Refractory to platelet transfusions", NOT_STATED, NOT_STATED, NOT_STATED),
        ("ALL", "Isolated CNS relapse", NOT_STATED, NOT_STATED, NOT_STATED),
        ("ALL", "Previously treated disease", YES, NO, NO),
        (
            "ALL",
            "Prior chemotherapy within 4 weeks, except steroids",
            NOT_STATED,
            NOT_STATED,
            NOT_STATED,
        ),
        (
            "ALL",
            "Prior chemotherapy for another cancer, except skin",
            NOT_STATED,
            NOT_STATED,
            NOT_STATED,
        ),
        ("No prior chemotherapy for leukemia", "", YES, NO, NO),
        ("ALL, recovered from prior chemotherapy", "", NOT_STATED, NOT_STATED, NOT_STATED),
        ("Relapsed or refractory ALL", "", NO, YES, NOT_STATED),
        ("Newly diagnosed ALL at high risk of relapse", "", YES, NO, NO),
        ("First relapse of ALL after newly diagnosed disease", "", NO, YES, NO),
        ("ALL in CR3 after >= 2 bone marrow relapses", "", NO, NO, YES),
        ("ALL in first, second, or third complete remission", "", NO, NO, YES),
        ("ALL not in complete remission", "", NO, YES, NO),
        ("ALL", "Not in complete remission", NO, NO, YES),
        ("ALL", "ALL in first remission", NOT_STATED, NOT_STATED, NOT_STATED),
        (
            "ALL: in first remission at high risk Acute myeloid leukemia: in relapse",
            "",
            NO,
            NOT_STATED,
            YES,
        ),
        ("AML (not M5) or ALL in first remission", "", NO, NO, YES),
        ("Relapsed or high-risk ALL", "", NOT_STATED, YES, NOT_STATED),
        ("High-risk/relapsed ALL", "", NOT_STATED, YES, NOT_STATED),
        ("ALL: specimens of newly diagnosed or relapsed patients", "", YES, YES, NO),
        (
            "Relapsed ALL; less than 5% blasts in the presence of extramedullary disease",
            "",
            NO,
            YES,
            NOT_STATED,
        ),
        ("No prior or concurrent chemotherapy", "", YES, NO, NO),
        (
            "Fever in leukemia, refractory to empirical antibiotics",
            "",
            NOT_STATED,
            NOT_STATED,
            NOT_STATED,
        ),
        ("ALL with a higher chance of relapse", "", NOT_STATED, NOT_STATED, NOT_STATED),
        ("ALL with persistent blasts after induction", "", NO, YES, NOT_STATED),
        ("For previously untreated patients with ALL, two cycles", "", YES, NOT_STATED, NOT_STATED),
        ("ALL in relapse with at least 5% blasts", "", NO, YES, NO),
        ("ALL in first or second complete remission", "", NO, NO, YES),
        ("ALL with < 5% blasts in the marrow", "", NO, NO, YES),
        ("Children or adolescents with newly diagnosed ALL", "", YES, NO, NO),
        ("ALL", "Active disease", NO, NO, YES),
        ("ALL", "Relapsed, or secondary malignancy", NOT_STATED, NO, NOT_STATED),
        ("ALL", "Recurrent secondary malignancy", NOT_STATED, NOT_STATED, NOT_STATED),
        ("Relapsed ALL, or ALL in second remission", "", NO, YES, YES),
        ("Relapsed AML", "", NOT_STATED, NOT_STATED, NOT_STATED),
        ("AML in relapse; ALL in remission", "", NO, NOT_STATED, YES),
        ("ALL in relapse with a complete remission before", "", NO, YES, NOT_STATED),
        ("ALL in relapse after a first complete remission", "", NO, YES, NO),
        (
            "ALL or lymphoma, and must have relapsed disease after two courses",
            "",
            NO,
            YES,
            NOT_STATED,
        ),
        ("New or relapsed ALL", "", YES, YES, NO),
        ("De novo Ph-negative ALL", "", YES, NO, NO),
        ("ALL, de novo or secondary", "", NOT_STATED, NOT_STATED, NOT_STATED),
        ("Newly diagnosed ALL with persistent MRD > 0.01%", "", YES, NO, YES),
        ("Newly diagnosed ALL, MRD is measured", "", YES, NO, NO),
        ("Newly diagnosed ALL in first remission", "", YES, NO, YES),
        ("Newly diagnosed ALL, studied during maintenance", "", YES, NO, NO),
        ("ALL; no prior therapy except steroids", "", YES, NO, NO),
        ("ALL; no prior therapy other than imatinib", "", NOT_STATED, NOT_STATED, NOT_STATED),
        ("Newly diagnosed AL", "", YES, NO, NO),
        ("ALL refractory to therapy (i.e., in second or greater relapse)", "", NO, YES, NO),
        ("Refractory ALL, having not achieved a CR", "", NO, YES, NOT_STATED),
        ("ALL; complete remission is required", "", NO, NO, YES),
        ("ALL for which no drug may result in durable remission", "", *[NOT_STATED] * 3),
        ("ALL with leukemic cells in peripheral blood", "", NOT_STATED, NOT_STATED, NO),
        ("ALL that persists despite intensive chemotherapy", "", NO, NOT_STATED, NOT_STATED),
        ("ALL that failed to enter remission", "", NO, YES, NOT_STATED),
        ("Platelets over 20 in patients with non-CR ALL", "", NO, YES, NOT_STATED),
        ("Leukemia for which no standard therapy exists", "", NO, YES, NOT_STATED),
        ("Solid tumor or leukemia, relapsed from treatment", "", NO, YES, NOT_STATED),
        ("Solid tumor or rare malignancy, relapsed from treatment", "", NO, YES, NOT_STATED),
        ("ALL, samples taken at diagnosis or relapse", "", NOT_STATED, NOT_STATED, NOT_STATED),
        ("ALL; stable on maintenance glucocorticoids", "", NOT_STATED, NOT_STATED, NOT_STATED),
        ("ALL; life expectancy if untreated 60 days", "", NOT_STATED, NOT_STATED, NOT_STATED),
        ("ALL in first or greater remission", "", NO, NO, YES),
        ("ALL in first relapse or second remission", "", NO, YES, YES),
        ("ALL in 2nd or 3rd relapse", "", NO, YES, NO),
        ("Relapsed while receiving chemotherapy", "", NO, YES, NOT_STATED),
        ("ALL in first remission, with no extramedullary disease", "", NO, NO, YES),
        ("ALL, to prevent a relapse of leukemia", "", NOT_STATED, NOT_STATED, NOT_STATED),
        ("ALL with measurable disease", "", NOT_STATED, NOT_STATED, NO),
        ("ALL with measurable disease, including MRD", "", NO, NOT_STATED, YES),
        ("Without nodes, ALL with measurable disease", "", NOT_STATED, NOT_STATED, NOT_STATED),
        (
            "Newly diagnosed Philadelphia chromosome positive (either t(9;22) and/or BCR-ABL"
            " positive and/or FISH positive) acute lymphoblastic leukemia",
            "",
            YES,
            NO,
            NO,
        ),
        (
            "ALL; an earlier malignancy other than leukemia is allowed if it is in remission",
            "",
            NOT_STATED,
            NOT_STATED,
            NOT_STATED,
        ),
        ("DONOR: not in relapse of leukemia", "", NOT_STATED, NOT_STATED, NOT_STATED),
        ("Refractory acute myelogenous or lymphocytic leukemia", "", NO, YES, NOT_STATED),
        ("ALL with a high probability of subsequent relapse", "", *[NOT_STATED] * 3),
        ("Relapsed ALL, in the presence of <5% blasts as well", "", NO, YES, NOT_STATED),
    ],
)
def test_stage(item: str, out: str, new: str, back: str, remission: str) -> None:
    sorting = sorted_(item, out=(out or "Pregnancy",))
    assert answers(sorting, NEW, BACK, REMISSION) == (new, back, remission)


def test_measurable_residual_disease_is_a_value_of_its_own() -> None:
    assert answers(sorted_("B-ALL in remission, MRD positive"), MRD, REMISSION) == (YES, YES)
    assert answers(sorted_("B-ALL, MRD is measured"), MRD) == (NOT_STATED,)
    assert answers(sorted_("Marrow disease of ≥ 0.01%"), MRD) == (YES,)


def test_residual_disease_is_in_remission_and_rules_no_relapse_out() -> None:
    assert answers(sorted_("ALL, MRD positive"), REMISSION, BACK) == (YES, NOT_STATED)
    cohorts = ("Cohort 1: B-ALL with at least 5% blasts", "Cohort 2: B-ALL with MRD > 0.01%")
    assert answers(sorted_(*cohorts), REMISSION) == (YES,)
    assert answers(sorted_(cohorts[0]), REMISSION) == (NO,)


def test_arms_speak_of_some() -> None:
    arms = {ARMS: [{"label": "MRD positive ALL", "description": "ALL that is CD20-positive"}]}
    assert answers(sorted_("ALL", also=arms), MRD, "marker/cd20-positive") == ("", "")


def test_what_stands_below_a_disease_is_said_of_all_with_it() -> None:
    inside = ("One of the following:", "  ALL or AML", "    More than 5% blasts", "  Lymphoma")
    assert answers(sorted_(*inside), REMISSION) == (NO,)


def test_what_is_said_of_other_diseases_is_not_said_of_ours() -> None:
    sorting = sorted_(
        "One of the following:",
        "  AML in first relapse",
        "  Acute lymphoblastic leukemia in second remission",
        "  Follicular lymphoma: relapsed or refractory disease",
    )
    assert answers(sorting, BACK, REMISSION) == (NO, YES)


def test_headings_say_whose_state_it_is() -> None:
    sorting = sorted_("AML:", "  In first remission", "ALL:", "  In second relapse")
    assert answers(sorting, BACK, REMISSION) == (YES, NO)
    sorting = sorted_("Leukemia/lymphoma (including ALL)", "  In second or later relapse")
    assert answers(sorting, BACK, REMISSION) == (YES, NO)


def test_groups_that_came_further_leave_out_who_did_not() -> None:
    groups = ("  First remission with high risk", "  Second remission", "  Failed to achieve CR")
    listed = {CONDITIONS: ["Untreated Adult Acute Lymphoblastic Leukemia"]}
    sorting = sorted_("ALL, meeting 1 of the following criteria:", *groups, also=listed)
    assert answers(sorting, NEW, BACK, REMISSION) == (NO, YES, YES)
    sorting = sorted_("ALL, meeting 1 of the following criteria:", *groups[:2])
    assert answers(sorting, NEW, BACK, REMISSION) == (NO, NO, YES)
    sorting = sorted_("Newly diagnosed ALL", "If in relapse, blood is drawn")
    assert answers(sorting, NEW) == (YES,)


def test_what_stands_above_is_of_leukemia_or_lymphoma() -> None:
    sorting = sorted_(
        "One of these leukemias/lymphomas:",
        "  Acute lymphoblastic leukemia",
        "  Recurrence of the malignancy after treatment",
    )
    assert answers(sorting, NEW, BACK) == (NO, YES)


def test_criteria_weigh_more_than_the_list_of_conditions() -> None:
    conditions = {CONDITIONS: ["Recurrent Adult Acute Lymphoblastic Leukemia"]}
    assert answers(sorted_("Acute leukemia in remission", also=conditions), BACK) == (NO,)
    assert answers(sorted_("Adults", also=conditions), BACK) == (YES,)


def test_who_is_excluded_excludes_nobody() -> None:
    problems: list[Problem] = []
    words = read_vocabulary(CHAIN, "chain.yaml", problems)
    assert words, problems
    study = study_from(
        record(
            1,
            **{
                TITLE: "A study",
                CONDITIONS: ["Middle leukemia"],
                CRITERIA: criteria("Early leukemia"),
            },
        )
    )
    sorting = sort(study, words)
    assert sorting.yes == {"step": ("early",)}
    assert sorting.no == {"step": ("middle",)}, "which would exclude the late, if it could join"


def test_a_list_of_conditions_makes_no_transplant_one_for_the_untreated() -> None:
    listed = {CONDITIONS: ["Untreated Adult Acute Lymphoblastic Leukemia"]}
    for title, answer in (
        ("Drug X in Leukemia", YES),
        ("Donor Stem Cell Transplant in Leukemia", NOT_STATED),
        ("Drug X to Prevent Infection After Stem Cell Transplant", NOT_STATED),
        ("Stem Cell Transplant in Newly Diagnosed Leukemia", YES),
    ):
        assert answers(sorted_(title=title, also=listed), NEW) == (answer,), title


# Conditions for some, alternatives


def test_a_condition_for_some_is_no_limit_for_all() -> None:
    for item in (
        "Patients with Ph+ ALL are eligible if two inhibitors failed",
        "If Ph+, an inhibitor must have failed",
        "High risk as defined by: WBC > 30,000, t(9;22), t(4;11)",
    ):
        assert answers(sorted_("B-ALL", item), PH, NOT_PH) == (YES, NOT_STATED), item


def test_one_of_several_in_a_sentence_is_no_limit_for_all() -> None:
    for item in (
        "ALL with t(9;22) or hypodiploidy",
        "ALL with poor prognostic features: t(9;22), high counts",
        "ALL with adverse genetics: t(9;22), high counts",
    ):
        assert answers(sorted_(item), PH, NOT_PH) == (YES, NOT_STATED), item


def test_a_compound_is_another_thing() -> None:
    assert answers(sorted_("ALL after BCR-ABL-directed therapy"), PH) == (NOT_STATED,)
    assert answers(sorted_("ALL in relapse-free follow-up"), BACK) == (NOT_STATED,)


def test_a_change_of_genes_is_written_with_any_sign() -> None:
    for item in ("ALL with t(4;11)", "ALL with t(4,11)", "ALL with t(4:11)"):
        assert answers(sorted_(item), KMT2A) == (YES,), item


def test_ph_like_is_b_cell() -> None:
    assert answers(sorted_("Ph-like ALL"), PH_LIKE, PH, B, T) == (YES, NO, YES, NO)


def test_one_of_several_bars_nobody() -> None:
    sorting = sorted_(
        "ALL with one of the following:",
        "  Philadelphia chromosome positive",
        "  MLL rearrangement",
    )
    assert answers(sorting, PH, NOT_PH, KMT2A) == (YES, NOT_STATED, YES)


def test_germline_is_a_denial() -> None:
    sorting = sorted_(title="KMT2A-Germline or KMT2A-Non-Rearranged ALL")
    assert answers(sorting, KMT2A) == (NO,)


# Earlier treatments


@pytest.mark.parametrize(
    ("inside", "out", "answer"),
    [
        ("Prior CAR-T is allowed if more than 30 days ago", "Pregnancy", YES),
        ("Relapse after CAR T-cell therapy", "Pregnancy", YES),
        ("At least 30 days since CAR-T", "Pregnancy", YES),
        ("No prior CAR-T", "Pregnancy", NO),
        ("Prior CAR-T is not allowed", "Pregnancy", NO),
        ("ALL", "Recipient of CAR-T cell therapy outside of this protocol", NO),
        ("ALL", "Transplant 4 months prior CAR-T cell infusion", NOT_STATED),
        ("No candidate to receive CAR-T", "Pregnancy", NOT_STATED),
        ("ALL", "Prior CAR-T cell therapy", NO),
        ("ALL", "Earlier treatment with any gene therapy product", NO),
        ("ALL", "CAR-T within 60 days", YES),
        ("ALL", "Who had CAR-T (e.g. CTL019) a month ago is not excluded", YES),
        ("ALL", "Prior CAR-T with severe cytokine release", NOT_STATED),
        ("Six months from transplant at the time of CAR-T cell infusion", "Pregnancy", NOT_STATED),
        ("ALL", "Cardiac disease", NOT_STATED),
        ("ALL", "Prior CD123-directed immunotherapy, including CAR-T cells", NOT_STATED),
        ("ALL", "Prior CD19-directed therapy, including CAR-T cells", NO),
    ],
)
def test_after_car_t(inside: str, out: str, answer: str) -> None:
    assert answers(sorted_(inside, out=(out,)), AFTER) == (answer,)


def test_a_treatment_in_a_title_is_the_one_that_is_given() -> None:
    title = "Treatment of Refractory B-Cell Malignancy by Tandem CAR T Cells"
    assert answers(sorted_(title=title), AFTER) == (NOT_STATED,)
    title = "Drug X in ALL Refractory to CAR T Cells"
    assert answers(sorted_(title=title), AFTER) == (YES,)
    title = "Drug X in Patients Treated by CD19 CAR T Cells"
    assert answers(sorted_(title=title), AFTER, "treatment/car-t") == (YES, NOT_STATED)
    title = "Marker of Relapsed B-ALL on Outcomes of CD19 CAR T Cells"
    assert answers(sorted_(title=title), AFTER) == (NOT_STATED,)


# What is studied


def treatments(*names: str, title: str = "A study", also: Record | None = None) -> tuple[str, ...]:
    interventions = {INTERVENTIONS: [{"name": name} for name in names]}
    return sorted_(title=title, also={**interventions, **(also or {})}).yes.get("treatment", ())


def test_what_is_given_along_is_not_studied() -> None:
    assert treatments("tisagenlecleucel", "fludarabine", "cyclophosphamide") == ("car-t",)
    assert treatments("cytarabine", "methotrexate") == ("chemotherapy",)
    assert treatments("venetoclax", "cytarabine", title="Venetoclax and Chemotherapy in ALL") == (
        "bcl2",
        "chemotherapy",
    )


def test_a_regimen_of_several_drugs_is_studied() -> None:
    regimen = ("vincristine", "cytarabine", "methotrexate", "mercaptopurine")
    assert treatments("rituximab", *regimen) == ("antibody", "chemotherapy")
    assert treatments("rituximab", *regimen[:3]) == ("antibody",)
    title = "Rituximab Before Donor Transplantation"  # the drugs prepare for it
    assert treatments("rituximab", *regimen, title=title) == ("antibody", "transplant")


def test_a_cell_product_with_two_targets_is_no_antibody() -> None:
    assert treatments("CD19/CD22 bispecific CAR-T cells") == ("car-t",)


def test_to_prevent_harm_is_supportive_care() -> None:
    titles = ("Drug X to Prevent Acute Graft vs. Host Disease", "Drug X to Prevent Chronic GVHD")
    for title in (*titles, "Platelet Transfusion in Blood Cancer"):
        assert treatments(title=title) == ("supportive-care",)


def test_a_treatment_before_is_not_studied() -> None:
    assert treatments("inotuzumab ozogamicin", title="Besponsa After Failure of Blinatumomab") == (
        "antibody-drug-conjugate",
    )
    assert treatments("dasatinib", title="A Chemotherapy-Free Regimen of Dasatinib") == ("tki",)


def test_a_treatment_that_serves_another_is_not_studied() -> None:
    title = "Methotrexate in Preventing Acute Graft-Versus-Host Disease"
    assert treatments("methotrexate", title=title) == ("supportive-care",)
    assert treatments("Laser", title="Laser for Mucositis Caused by Chemotherapy") == (
        "supportive-care",
    )
    assert treatments("blinatumomab", title="Blinatumomab as a Bridge to Transplantation") == (
        "bispecific",
    )
    assert treatments("busulfan", title="A Conditioning Regimen Prior to Transplantation") == (
        "transplant",
    )


def test_what_follows_a_transplant_is_studied_and_the_transplant_is_not() -> None:
    assert treatments("Blinatumomab", title="Post-Transplant Blinatumomab in ALL") == (
        "bispecific",
    )
    for title in ("Drug X in ALL Post-Allogeneic Transplant", "Drug X Post-Transplant"):
        assert treatments("Drug X", title=title) == (), title
    assert treatments("cells", title="CAR-T Cells and Toxicity Related to CAR-T Cells") == (
        "car-t",
    )
    assert treatments("Drug X", title="Cytokine Release Syndrome, Due to CAR-T") == (
        "supportive-care",
    )


def test_cells_aimed_at_a_target_are_car_t_cells() -> None:
    assert treatments(title="CD19-Specific T Cells in Leukemia") == ("car-t",)


def test_natural_killer_cells_with_a_receptor_are_no_t_cells() -> None:
    assert treatments("CD7 CAR-pNK cells", "CAR-NK cells") == ("nk-cells",)


def test_help_to_those_who_are_treated_is_not_that_treatment() -> None:
    cells = "allogeneic stem cell transplantation"
    undergoing = "Drug X to Prevent Infection in Patients Undergoing a Stem Cell Transplant"
    support = {PURPOSE: {"primaryPurpose": "SUPPORTIVE_CARE"}}
    treatment = {PURPOSE: {"primaryPurpose": "TREATMENT"}}
    assert "transplant" not in treatments(cells, title=undergoing, also=support)
    assert "transplant" in treatments(cells, title=undergoing, also=treatment)
    for title in (
        "Late Complications in Survivors of Stem Cell Transplantation",
        "Dasatinib in Recipients of Stem Cell Transplantation",
        "Drug X After Conditioning With Irradiation",
        "Does It Help Patients on Chemotherapy?",
    ):
        assert treatments("Drug X", title=title) == (("tki",) if "Dasatinib" in title else ())


def test_where_help_is_the_purpose_an_antibody_is_not_against_leukemia() -> None:
    title = "Rituximab in Preventing Graft-Versus-Host Disease"
    for purpose, names in (
        ("SUPPORTIVE_CARE", ("supportive-care",)),
        ("TREATMENT", ("antibody", "supportive-care")),
    ):
        also: Record = {PURPOSE: {"primaryPurpose": purpose}}
        assert treatments("rituximab", title=title, also=also) == names


def test_who_is_observed_was_treated_anyway() -> None:
    observed: Record = {"designModule__studyType": "OBSERVATIONAL", PURPOSE: {}}
    title = "Haplo-PBSCT in ALL"
    assert treatments("Haplo-PBSCT", title=title) == ("transplant",)
    assert treatments("Haplo-PBSCT", title=title, also=observed) == ()


def test_what_only_qualifies_another_word_is_not_studied() -> None:
    for title in (
        "Drug X in Patients With Chemotherapy-Associated Anemia",
        "Drug X as an Alternative to Chemotherapy",
        "Drug X After Infusion of G-CSF-Primed Cells",
    ):
        assert treatments("Drug X", title=title) == (), title


def test_a_name_with_versus_in_it_compares_nothing() -> None:
    for title in (
        "Graft-versus-Host Disease Prophylaxis With Drug X",
        "Drug X for Graft-versus-Host Disease Prevention",
        "Drug X in Reducing Acute GVHD",
    ):
        assert treatments("Drug X", title=title) == ("supportive-care",)


def test_a_title_that_compares_ways_of_one_treatment_studies_it() -> None:
    title = "Matched Donor Versus Haploidentical Stem Cell Transplantation in ALL"
    assert treatments("Drug X", title=title) == ("transplant",)
    title = "Blinatumomab Versus Chemotherapy in ALL"
    assert treatments("Drug X", title=title) == ("bispecific",)


def test_what_people_are_protected_from_is_not_studied() -> None:
    title = "Levocarnitine in Protecting the Liver From Chemotherapy"
    assert treatments("levocarnitine", title=title) == ("supportive-care",)


def test_what_a_graft_is_rid_of_is_no_target() -> None:
    title = "Transplantation With TCR Alpha/Beta and CD19 Depletion"
    sorting = sorted_(title=title)
    assert answers(sorting, "treatment/transplant", "target/cd19", T) == (YES, "", "")


def test_signs_of_trade_are_no_part_of_a_name() -> None:
    title = "The BiTE® Antibody Blinatumomab in Leukemia"
    assert treatments("Blinatumomab", title=title) == ("bispecific",)


def test_brands_and_codes_are_known() -> None:
    assert treatments("Blincyto") == treatments("AMG 103") == ("bispecific",)
    assert sorted_(also={INTERVENTIONS: [{"name": "SNDX-5613"}]}).yes["target"] == ("menin",)


def test_the_purpose_counts() -> None:
    assert treatments("Sleep plan", also={PURPOSE: {"primaryPurpose": "SUPPORTIVE_CARE"}}) == (
        "supportive-care",
    )


# Values


def test_a_record_of_titles_alone_is_sorted_by_them() -> None:
    bare = {
        "protocolSection": {
            "identificationModule": {
                "nctId": "NCT99000001",
                "briefTitle": "Blinatumomab in Newly Diagnosed Ph-negative B-ALL",
            },
            "conditionsModule": {"conditions": ["Acute Lymphoblastic Leukemia"]},
        }
    }
    sorting = sort(study_from(bare), ALL)
    assert answers(sorting, B, T, PH, NOT_PH, NEW, BACK) == (YES, NO, NO, YES, YES, NO)
    assert answers(sorting, REMISSION) == (NOT_STATED,)  # which comes after, in the same trial
    assert sorting.reasons["lineage", "b-cell"][0].where == "title"


def test_each_answer_has_a_reason_and_nothing_else_has() -> None:
    sorting = sorted_("Relapsed B-ALL", out=("Prior CAR-T",), title="CD19 CAR-T in Ph+ ALL")
    keys = {(facet, value) for facet, values in sorting.yes.items() for value in values}
    keys |= {(facet, value) for facet, values in sorting.no.items() for value in values}
    assert keys == set(sorting.reasons)
    assert all(reason.text and reason.where for key in keys for reason in sorting.reasons[key])


def test_claims_answer_where_the_record_does_not() -> None:
    claims = TypeAdapter(Claims).validate_python(
        {
            "population": ["T-cell", "Philadelphia-negative"],
            "line": ["in remission"],
            "drugs": ["Blincyto"],
            "facets": {"stage": "after-car-t"},
        }
    )
    sorting = with_claims(sorted_("B-ALL"), claims, ALL)
    assert answers(sorting, B, T, NOT_PH) == (YES, NO, YES)  # the record says no to T-cell
    assert answers(sorting, REMISSION, AFTER) == (YES, YES)
    assert answers(sorting, "treatment/bispecific", "target/cd19") == (YES, YES)
    for key, place in (
        (("subtype", "ph-negative"), EDITORS),
        (("lineage", "b-cell"), "inclusion 1"),
        (("stage", "after-car-t"), EDITORS),
    ):
        assert sorting.reasons[key][0].where == place
    assert with_claims(sorting, None, ALL) is sorting


def test_a_claim_says_no_to_those_whom_it_rules_out() -> None:
    """Else who relapsed is shown a trial for those in remission."""
    claims = TypeAdapter(Claims).validate_python({"line": ["in remission"]})
    silent = with_claims(sorted_("B-ALL"), claims, ALL)
    assert answers(silent, REMISSION, BACK) == (YES, NO)
    assert silent.reasons["stage", "relapsed-refractory"][0].where == EDITORS
    titled = with_claims(sorted_(title="CD22 CAR-T in Relapsed B-ALL"), claims, ALL)
    assert answers(titled, REMISSION, BACK) == (YES, NO)  # what people had before
    asked = with_claims(sorted_("Relapsed B-ALL"), claims, ALL)
    assert answers(asked, BACK) == (YES,)  # the criteria say so
    both = TypeAdapter(Claims).validate_python({"line": ["in remission", "relapsed or refractory"]})
    assert answers(with_claims(sorted_("B-ALL"), both, ALL), REMISSION, BACK) == (YES, YES)


def test_where_a_record_has_no_ages_those_of_its_description_count(tmp_path: Path) -> None:
    silent: dict[str, Any] = {f"eligibilityModule__{m}Age": None for m in ("minimum", "maximum")}
    silent["eligibilityModule__stdAges"] = ["CHILD", "ADULT"]  # which says less than a description
    root = vocabulary_tree(tmp_path / "tree", [record(1, **silent), record(2)])
    days = "checked: 2026-05-01\nchecked_against: 2026-05-01"
    for number in (1, 2):
        header = f"summary: For children, {number}.\nclaims: {{ages: children}}"
        text = f"---\n{header}\nsources: [{nct(number)}]\n{days}\n---\nText.\n"
        write(root / f"content/trials/{nct(number)}.md", text)
    silent_trial, other = (read_catalog(root).trials[nct(number)] for number in (1, 2))
    assert silent_trial.ages == Ages(0, 17)
    assert other.ages == Ages(18, 75)  # the record's; its description is contradicted


def test_a_trial_without_a_record_is_sorted_by_its_description(tmp_path: Path) -> None:
    root = vocabulary_tree(tmp_path / "tree", [record(1)])
    disease = root / "content/diseases/leukemia.md"
    write(disease, f"{disease.read_text()}\n```trials\n{nct(7)}\n```\n")
    header = "summary: For newly diagnosed leukemia.\nclaims: {line: [newly diagnosed]}"
    days = "checked: 2026-05-01\nchecked_against: 2026-05-01"
    text = f"---\n{header}\nsources: [{nct(7)}]\n{days}\n---\nText.\n"
    write(root / f"content/trials/{nct(7)}.md", text)
    trial = read_catalog(root).trials[nct(7)]
    assert trial.sorting.answer("stage", "newly-diagnosed") == YES
    assert trial.sorting.reasons["stage", "newly-diagnosed"][0].where == EDITORS


def test_diseases_together() -> None:
    one = Sorting({"stage": ("mrd",)}, {"lineage": ("t-cell",)}, {("stage", "mrd"): ()})
    other = Sorting({"lineage": ("t-cell",)}, {"stage": ("mrd",)}, {("lineage", "t-cell"): ()})
    both = merged([one, other])
    assert both.yes == {"stage": ("mrd",), "lineage": ("t-cell",)}
    assert both.answer("stage", "mrd") == YES
    assert merged([]).answers(["stage"]) == {"stage": {"yes": [], "no": []}}


TEXT = st.text(
    st.sampled_from("abtcdr lpsmn-+/();:,.<>≥5%\n*BTALPhCR19İ"), min_size=0, max_size=120
)


@given(TEXT, TEXT)
def test_whatever_stands_there_is_sorted(inside: str, title: str) -> None:
    changes: Record = {TITLE: title or "A", CRITERIA: inside, KEYWORDS: [title] if title else []}
    sorting = sort(study_from(record(1, **changes)), ALL)
    for facet, values in (*sorting.yes.items(), *sorting.no.items()):
        assert set(values) <= set(ALL.by_key[facet].by_key)
    for facet in sorting.yes:
        assert not set(sorting.yes[facet]) & set(sorting.no.get(facet, ()))
