"""Claims held against records: every contradiction found, none invented, nothing dressed up."""

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from monitor.content.claims import LIFE, Claims, limits, statements
from monitor.registry.study import study_from
from monitor.review.record import AGREES, CONTRADICTS, UNKNOWN
from monitor.review.rules import RULES, Verdict, review
from monitor.review.sponsor_names import is_called
from tests.brief_records import CLAIMS, RECORDS, WRONG
from tests.conftest import REPORT
from tests.records import record
from tests.trees import PROJECT, REAL, vocabulary

_CLAIMS = TypeAdapter(Claims)
BLOOD = vocabulary()


def held(claims: dict[str, Any], against: dict[str, Any]) -> tuple[Verdict, ...]:
    return review(_CLAIMS.validate_python(claims), study_from(against), [BLOOD])


def one(claim: str, value: Any, **changes: Any) -> str:
    """What an invented record says of a single claim."""
    (verdict,) = held({claim: value}, record(1, **changes))
    assert verdict.because
    return verdict.says


@pytest.mark.parametrize("name", RECORDS)
def test_what_a_page_once_said_of_ten_trials(name: str) -> None:
    verdicts = held(CLAIMS[name], RECORDS[name])
    assert {v.name for v in verdicts if v.says == CONTRADICTS} == WRONG[name]
    # A trial for people of 65 and older is for adults, and not for all of them.
    unsure = ["ages: adults"] if name == "older adults" else []
    assert [v.name for v in verdicts if v.says == UNKNOWN] == unsure


def criteria(inside: str = "Consent", outside: str = "Pregnancy") -> dict[str, str]:
    text = f"Inclusion Criteria:\n\n* {inside}\n\nExclusion Criteria:\n\n* {outside}"
    return {"eligibilityModule__eligibilityCriteria": text}


TITLE = "identificationModule__briefTitle"


@pytest.mark.parametrize(
    ("value", "changes", "says"),
    [
        ("Philadelphia-positive", {TITLE: "Ph+ ALL"}, AGREES),
        ("Philadelphia-positive", {TITLE: "Ph-positive ALL"}, AGREES),
        ("Philadelphia-positive", {TITLE: "BCR::ABL1-positive ALL"}, AGREES),
        ("Philadelphia-positive", criteria("ALL with t(9;22)"), AGREES),
        ("Philadelphia-positive", criteria("Philadelphia chromosome (Ph) positive ALL"), AGREES),
        ("Philadelphia-positive", {TITLE: "Ph-like ALL"}, CONTRADICTS),  # which has no BCR::ABL1
        ("Philadelphia-positive", criteria(outside="Ph+ ALL"), CONTRADICTS),
        ("Philadelphia-positive", criteria("No Ph+ ALL"), CONTRADICTS),
        ("Philadelphia-positive", criteria("People with Ph+ ALL are not eligible"), CONTRADICTS),
        (
            "Philadelphia-positive",
            criteria(outside="Ph+ ALL, unless two inhibitors failed before"),
            UNKNOWN,
        ),
        ("Philadelphia-positive", {}, UNKNOWN),
        ("Philadelphia-negative", {TITLE: "Philadelphia Chromosome Negative ALL"}, AGREES),
        ("Philadelphia-negative", criteria(outside="BCR-ABL1 positive ALL"), AGREES),
        ("Philadelphia-negative", {TITLE: "BCR-ABL-Positive ALL"}, CONTRADICTS),
        ("Philadelphia-negative", {TITLE: "Ph-positive or Ph-negative ALL"}, AGREES),
        ("Philadelphia-like", {TITLE: "Philadelphia-like ALL"}, AGREES),
        ("B-cell", {TITLE: "B-ALL"}, AGREES),
        ("B-cell", {TITLE: "Diffuse Large B-Cell Lymphoma"}, AGREES),
        ("B-cell", {TITLE: "T-Cell Acute Lymphoblastic Leukemia"}, CONTRADICTS),
        ("T-cell", {TITLE: "T-ALL"}, AGREES),
        ("T-cell", {TITLE: "B-ALL"}, CONTRADICTS),
        ("T-cell", {TITLE: "CAR T-cells in B-ALL"}, CONTRADICTS),
        ("T-cell", {TITLE: "CAR T-Cell Therapy"}, UNKNOWN),
        ("T-cell", {TITLE: "B-ALL", **criteria("B-ALL or T-ALL")}, AGREES),
        ("KMT2A-rearranged", criteria("KMT2A-r leukemia"), AGREES),
        ("KMT2A-rearranged", {}, UNKNOWN),
        ("KMT2A-rearranged", {TITLE: "KMT2A-Germline or KMT2A-Non-Rearranged ALL"}, CONTRADICTS),
        ("CD19-positive", criteria("CD19 expression on blasts"), AGREES),
        ("CD22-positive", {TITLE: "T Cells Expressing CD22 Chimeric Receptors"}, UNKNOWN),
    ],
)
def test_whose_disease(value: str, changes: dict[str, Any], says: str) -> None:
    assert one("population", [value], **changes) == says


@pytest.mark.parametrize(
    ("value", "changes", "says"),
    [
        ("newly diagnosed", {TITLE: "Newly Diagnosed ALL"}, AGREES),
        ("newly diagnosed", criteria("Previously untreated ALL"), AGREES),
        ("newly diagnosed", {TITLE: "Relapsed or Refractory ALL"}, CONTRADICTS),
        ("newly diagnosed", {}, UNKNOWN),
        ("relapsed or refractory", {TITLE: "R/R ALL"}, AGREES),
        ("relapsed or refractory", criteria("ALL in second relapse"), AGREES),
        ("relapsed or refractory", criteria("Newly diagnosed ALL at risk of relapse"), CONTRADICTS),
        ("relapsed or refractory", criteria("ALL in first remission"), CONTRADICTS),
        ("in remission", criteria("ALL in complete remission"), AGREES),
        ("in remission", {TITLE: "Relapsed ALL"}, UNKNOWN),  # a second remission is both
        ("in remission", {TITLE: "To Extend Remission in Relapsed ALL"}, AGREES),
        ("in remission", {TITLE: "Minimal Residual Disease (MRD) Positive ALL"}, AGREES),
        ("relapsed or refractory", {TITLE: "To Extend Remission in Relapsed ALL"}, UNKNOWN),
        (
            "relapsed or refractory",
            {"descriptionModule__briefSummary": "It was approved for relapsed ALL."},
            UNKNOWN,
        ),
    ],
)
def test_at_which_point(value: str, changes: dict[str, Any], says: str) -> None:
    assert one("line", [value], **changes) == says


def limited(low: str | None, high: str | None, **more: Any) -> dict[str, Any]:
    return {"eligibilityModule__minimumAge": low, "eligibilityModule__maximumAge": high, **more}


EVERYBODY = {"eligibilityModule__stdAges": ["CHILD", "ADULT", "OLDER_ADULT"]}


@pytest.mark.parametrize(
    ("value", "changes", "says"),
    [
        ("18 to 75 years", {}, AGREES),
        ("18 Years to 75 Years", {}, AGREES),
        ("18 to 70 years", {}, CONTRADICTS),
        ("18 years and older", {}, CONTRADICTS),
        ("18 years and older", limited("18 Years", None), AGREES),
        ("adults", limited("60 Years", None), AGREES),
        ("adults", limited("65 Years", None), UNKNOWN),  # a narrower age is not the wider
        ("adults", limited("16 Years", None), CONTRADICTS),
        ("adults", limited(None, "365 Days"), CONTRADICTS),
        ("children", limited("1 Year", "17 Years"), AGREES),
        ("children", limited("1 Year", "18 Years"), CONTRADICTS),
        ("children and adults", limited("1 Year", "31 Years"), AGREES),
        ("children and adults", {}, CONTRADICTS),
        ("infants", limited(None, "365 Days"), AGREES),
        ("12 months to 21 years", limited("1 Year", "21 Years"), AGREES),
        ("up to 1 year", limited(None, "365 Days"), AGREES),
        ("any age", limited(None, None, **EVERYBODY), AGREES),
        ("any age", {}, CONTRADICTS),
        ("18 years and older", limited(None, None), UNKNOWN),
        ("30 days and older", limited(None, None, **EVERYBODY), UNKNOWN),
        ("adults", limited(None, None, **EVERYBODY), CONTRADICTS),
        ("18 years and older", limited("eighteen", None), UNKNOWN),
    ],
)
def test_ages(value: str, changes: dict[str, Any], says: str) -> None:
    assert one("ages", value, **changes) == says


@pytest.mark.parametrize("value", ["grown-ups", "18", "18+", "from birth", "18 to adult"])
def test_ages_that_cannot_be_read_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match="write '18 years and older'"):
        _CLAIMS.validate_python({"ages": value})


INTERVENTIONS = "armsInterventionsModule__interventions"
BESPONSA = {"name": "Inotuzumab Ozogamicin", "otherNames": ["Besponsa"]}


@pytest.mark.parametrize(
    ("value", "changes", "says"),
    [
        ("examplumab", {}, AGREES),
        ("Besponsa", {INTERVENTIONS: [BESPONSA]}, AGREES),
        ("besponsa", {INTERVENTIONS: [{"name": "inotuzumab"}]}, AGREES),  # by its generic name
        ("Imatinib", {INTERVENTIONS: [{"name": "Imatinib Mesylate 400 mg"}]}, AGREES),
        ("CAR-T cells", {INTERVENTIONS: [{"name": "tisagenlecleucel"}]}, AGREES),
        ("steroids", {INTERVENTIONS: [{"name": "Prednisolone"}]}, AGREES),
        ("steroids", {}, UNKNOWN),  # records name drugs, not kinds
        ("CAR-T cells", {TITLE: "Chimeric Antigen Receptor (CAR) T Cells in ALL"}, AGREES),
        ("CD22 CAR-T cells", {INTERVENTIONS: [{"name": "Cohort 1"}]}, UNKNOWN),
        ("CD22 CAR-T cells", {INTERVENTIONS: [{"name": "CD19 CAR-T cells"}]}, CONTRADICTS),
        ("examplumab", {TITLE: "Under the Skin Versus Infused Examplumab"}, AGREES),
        ("Besylomone", {INTERVENTIONS: [BESPONSA]}, CONTRADICTS),
        ("anib", {INTERVENTIONS: [{"name": "danibnib"}]}, CONTRADICTS),  # whole words only
        ("imatinib", {INTERVENTIONS: []}, UNKNOWN),
        ("imatinib", {TITLE: "Imatinib in ALL"}, AGREES),
        ("imatinib", {TITLE: "Examplumab After Failure of Imatinib"}, UNKNOWN),
        ("imatinib", criteria(outside="Prior imatinib"), CONTRADICTS),
        ("imatinib", {"descriptionModule__briefSummary": "With imatinib."}, UNKNOWN),
    ],
)
def test_drugs(value: str, changes: dict[str, Any], says: str) -> None:
    assert one("drugs", [value], **changes) == says


def test_a_misspelt_drug_is_reported_with_the_one_that_is_meant() -> None:
    (verdict,) = held({"drugs": ["exampulmab"]}, record(1))
    assert verdict.says == CONTRADICTS
    assert "is “Examplumab” meant?" in verdict.because


ARMS = "armsInterventionsModule__armGroups"
DESIGN = "designModule__designInfo"
SINGLE = {
    DESIGN: {"allocation": "NA", "interventionModel": "SINGLE_GROUP", "maskingInfo": {}},
    ARMS: [{"label": "All", "type": "EXPERIMENTAL"}],
}
TOLD = [
    {"label": "A", "type": "EXPERIMENTAL", "interventionNames": ["Drug: Examplumab"]},
    {"label": "B", "type": "ACTIVE_COMPARATOR", "description": "Vincristine"},
]
UNMARKED = [{"label": "Examplumab"}, {"label": "Vincristine"}]
OPEN = {"allocation": "RANDOMIZED", "maskingInfo": {"masking": "NONE"}}


@pytest.mark.parametrize(
    ("value", "changes", "says"),
    [
        ("chemotherapy", {}, AGREES),
        ("nothing", {}, CONTRADICTS),
        ("nothing", SINGLE, AGREES),
        ("chemotherapy", SINGLE, CONTRADICTS),
        ("placebo", {ARMS: [{"label": "P", "type": "PLACEBO_COMPARATOR"}]}, AGREES),
        ("examplumab", {ARMS: UNMARKED}, UNKNOWN),  # the tested drug, where no group is marked
        ("placebo", {DESIGN: OPEN}, CONTRADICTS),
        ("imatinib", {}, UNKNOWN),  # the groups of this record say nothing of what they are given
        ("imatinib", {ARMS: TOLD}, CONTRADICTS),
        ("imatinib", {ARMS: [], DESIGN: {}}, UNKNOWN),
        ("imatinib", {ARMS: [], TITLE: "Examplumab Versus Imatinib"}, AGREES),
        ("nothing", {ARMS: [], DESIGN: {}}, UNKNOWN),
    ],
)
def test_what_it_is_compared_with(value: str, changes: dict[str, Any], says: str) -> None:
    assert one("compared_with", [value], **changes) == says


LEAD = "sponsorCollaboratorsModule__leadSponsor"


@pytest.mark.parametrize(
    ("value", "changes", "says"),
    [
        ("Example University", {}, AGREES),
        ("Sample Pharma", {}, AGREES),  # a collaborator
        ("NCI", {LEAD: {"name": "National Cancer Institute (NCI)"}}, AGREES),
        ("GIMEMA", {LEAD: {"name": "Gruppo Italiano Malattie EMatologiche"}}, CONTRADICTS),
        ("GIMEMA", {LEAD: {"name": "Gruppo Italiano Malattie EMatologiche dell'Adulto"}}, AGREES),
        ("M.D. Anderson", {LEAD: {"name": "M.D. Anderson Cancer Center"}}, AGREES),
        ("Charité", {LEAD: {"name": "Charite University, Berlin, Germany"}}, AGREES),
        ("University of Chicago", {LEAD: {"name": "University of Illinois at Chicago"}}, UNKNOWN),
        ("Gilead", {LEAD: {"name": "Kite, A Gilead Company"}}, AGREES),
        ("Bristol Myers Squibb", {LEAD: {"name": "Celgene"}}, UNKNOWN),
        ("Example Hospital", {}, UNKNOWN),  # one of its locations
        ("Pfizer", {}, CONTRADICTS),
        ("Pfizer", criteria(outside="Employees of Pfizer"), CONTRADICTS),
        ("Pfizer", {LEAD: None, "sponsorCollaboratorsModule__collaborators": []}, UNKNOWN),
    ],
)
def test_sponsors(value: str, changes: dict[str, Any], says: str) -> None:
    assert one("sponsor", value, **changes) == says


def test_a_group_is_contradicted_by_another_group_only() -> None:
    collaborators = "sponsorCollaboratorsModule__collaborators"
    assert one("group", "SWOG") == UNKNOWN
    assert one("group", "SWOG", **{collaborators: [{"name": "ECOG-ACRIN"}]}) == CONTRADICTS
    swog = {"name": "SWOG Cancer Research Network"}
    assert one("group", "SWOG", **{collaborators: [swog]}) == AGREES


@pytest.mark.parametrize(
    ("group", "number", "says"),
    [
        ("COG", "AALL9931", AGREES),
        ("Children's Oncology Group", "COG-AALL9931", AGREES),
        ("SWOG", "S9918", AGREES),
        ("ECOG-ACRIN", "EA9981", AGREES),
        ("ECOG-ACRIN", "E9910", AGREES),
        ("Alliance", "A991501", AGREES),
        ("SWOG", "EA9981", UNKNOWN),
        ("COG", "AALLEGRO", UNKNOWN),
        ("COG", "EX-1", UNKNOWN),
    ],
)
def test_a_protocol_number_names_the_group(group: str, number: str, says: str) -> None:
    assert one("group", group, identificationModule__orgStudyIdInfo={"id": number}) == says
    second = [{"id": "NCI-0000-00000"}, {"id": number}]
    assert one("group", group, identificationModule__secondaryIdInfos=second) == says


@given(st.integers(0, 120), st.integers(0, 120))
def test_ages_as_a_page_shows_them_agree_and_others_do_not(low: int, high: int) -> None:
    changes = limited(f"{low} Years", f"{high} Years")
    assert one("ages", f"{low} to {high} years", **changes) == AGREES
    assert one("ages", f"{low} to {high + 1} years", **changes) == CONTRADICTS
    assert limits(f"{low} to {high} years") is not None


WORDS = st.text(min_size=1, max_size=60).filter(str.strip)


@given(WORDS, st.sampled_from(["drugs", "compared_with", "sponsor", "group"]))
def test_whatever_is_claimed_one_thing_is_said_of_it(text: str, claim: str) -> None:
    is_one = claim in ("sponsor", "group")
    (verdict,) = held({claim: text if is_one else [text]}, record(1))
    assert verdict.says in (AGREES, CONTRADICTS, UNKNOWN)
    assert verdict.because


def test_every_claim_has_a_rule_and_each_word_is_a_statement() -> None:
    assert set(RULES) == set(Claims.__dataclass_fields__)
    claims = _CLAIMS.validate_python(CLAIMS["infants"])
    assert [(key, value) for key, value, _ in statements(claims)][:2] == [
        ("population", "B-cell"),
        ("line", "newly diagnosed"),
    ]
    assert set(LIFE) >= {"adults", "children", "infants"}


def test_initials_are_those_of_the_whole_name() -> None:
    assert is_called("National Cancer Institute (NCI)", "nci")
    assert not is_called("National Cancer Institute (NCI)", "n")
    assert not is_called("Example University", "")


@pytest.mark.real
def test_claims_read_by_hand_from_real_records(request: pytest.FixtureRequest) -> None:
    """30 whole records, read by somebody who had not seen the rules: what is reported rightly."""
    folder = REAL / "registry" / "studies"
    if not folder.is_dir():
        pytest.skip(f"NOT TESTED ON REAL RECORDS: {folder} is missing")
    truth = json.loads((PROJECT / "tests" / "claims_real.json").read_text("utf-8"))
    reported: Counter[tuple[str, str]] = Counter()
    for nct_id, claims in truth.items():
        against = json.loads((folder / f"{nct_id}.json").read_text("utf-8"))
        for kind in ("true", "false"):
            for entry in claims[kind]:
                (verdict,) = held({entry["claim"]: entry["value"]}, against)
                reported[kind, verdict.says] += 1
    rows = {
        kind: sum(count for (k, _), count in reported.items() if k == kind)
        for kind in ("true", "false")
    }
    request.config.stash.setdefault(REPORT, []).append(
        f"claims of {len(truth)} real records: of {rows['true']} true ones"
        f" {reported['true', AGREES]} agree, {reported['true', UNKNOWN]} unknown,"
        f" {reported['true', CONTRADICTS]} contradicted; of {rows['false']} false ones"
        f" {reported['false', CONTRADICTS]} contradicted, {reported['false', UNKNOWN]} unknown,"
        f" {reported['false', AGREES]} agree"
    )
    assert reported["false", AGREES] == 0  # never a wrong text that the program calls right
    # Two for an age limit that the record states otherwise, two for a state: newly diagnosed, and
    # with residual disease after the first treatment by the criteria.
    assert reported["true", CONTRADICTS] <= 4
    assert reported["true", AGREES] >= 0.85 * rows["true"]
    assert reported["false", CONTRADICTS] >= 0.75 * rows["false"]
