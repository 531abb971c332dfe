"""Ten invented records, after a fact sheet on real trials, and the claims of a page about them.

The page had an important mistake about each of the ten trials. A record states, in invented words,
the facts of the fact sheet; none of it is the registry's text, and the ids are invented. `CLAIMS`
are the statements of the page, `WRONG` those that the fact sheet contradicts.
"""

from typing import Any

from tests.records import Record, record

_SINGLE = {"allocation": "NA", "interventionModel": "SINGLE_GROUP"}
_RANDOM = {"allocation": "RANDOMIZED", "interventionModel": "PARALLEL"}


def _trial(
    number: int,
    title: str,
    *,
    official: str = "",
    sponsor: str,
    with_: tuple[str, ...] = (),
    interventions: tuple[str, ...],
    arms: tuple[tuple[str, str], ...],
    ages: tuple[str | None, str | None],
    conditions: tuple[str, ...],
    criteria: tuple[tuple[str, ...], tuple[str, ...]],
    design: dict[str, str],
) -> Record:
    inside, outside = ("\n".join(f"* {item}" for item in items) for items in criteria)
    parts: dict[str, Any] = {
        "identificationModule__briefTitle": title,
        "identificationModule__officialTitle": official or title,
        "sponsorCollaboratorsModule__leadSponsor": {"name": sponsor, "class": "OTHER"},
        "sponsorCollaboratorsModule__collaborators": [{"name": name} for name in with_],
        "conditionsModule__conditions": list(conditions),
        "descriptionModule__briefSummary": "An invented summary.",
        "designModule__designInfo": design,
        "armsInterventionsModule__armGroups": [{"label": a, "type": kind} for a, kind in arms],
        "armsInterventionsModule__interventions": [{"name": name} for name in interventions],
        "eligibilityModule__minimumAge": ages[0],
        "eligibilityModule__maximumAge": ages[1],
        "eligibilityModule__eligibilityCriteria": (
            f"Inclusion Criteria:\n\n{inside}\n\nExclusion Criteria:\n\n{outside}"
        ),
    }
    return record(number, **parts)


NCI = "National Cancer Institute (NCI)"
_EXPERIMENT, _COMPARED = "EXPERIMENTAL", "ACTIVE_COMPARATOR"

RECORDS: dict[str, Record] = {
    "steroids and a TKI": _trial(
        101,
        "Steroids and a TKI With Blinatumomab or Chemotherapy in New BCR-ABL-Positive ALL",
        official="A Randomized Trial for Newly Diagnosed BCR-ABL-Positive B-ALL in Adults",
        sponsor=NCI,
        interventions=(
            "Blinatumomab",
            "Dasatinib",
            "Ponatinib Hydrochloride",
            "Prednisone",
            "Cytarabine",
        ),
        arms=(("Blinatumomab and TKI", _EXPERIMENT), ("Chemotherapy and TKI", _COMPARED)),
        ages=("18 Years", "75 Years"),
        conditions=("B Acute Lymphoblastic Leukemia With t(9;22)",),
        criteria=(("Newly diagnosed, BCR::ABL1 positive",), ("Burkitt leukemia",)),
        design=_RANDOM,
    ),
    "standard risk": _trial(
        102,
        "Blinatumomab and Chemotherapy for Children With Newly Diagnosed Standard-Risk B-ALL",
        sponsor=NCI,
        with_=("Children's Oncology Group",),
        interventions=("Blinatumomab", "Vincristine", "Pegaspargase"),
        arms=(("Chemotherapy", _COMPARED), ("Chemotherapy and blinatumomab", _EXPERIMENT)),
        ages=("1 Year", "31 Years"),
        conditions=("B Acute Lymphoblastic Leukemia",),
        criteria=(("Newly diagnosed B-ALL, NCI standard risk",), ("BCR-ABL1 positive leukemia",)),
        design=_RANDOM,
    ),
    "obe-cel": _trial(
        103,
        "Obecabtagene Autoleucel in People With B-Cell Acute Lymphoblastic Leukemia",
        sponsor="Memorial Sloan Kettering Cancer Center",
        interventions=("Obecabtagene Autoleucel",),
        arms=(("Obecabtagene autoleucel", _EXPERIMENT),),
        ages=("40 Years", None),
        conditions=("B-cell Acute Lymphoblastic Leukemia",),
        criteria=(("In first complete remission, MRD-negative",), ("Pregnancy",)),
        design=_SINGLE,
    ),
    "after CAR-T": _trial(
        104,
        "CD22 CAR T Cells to Extend Remission After Commercial CD19 CAR T Cells",
        sponsor=NCI,
        interventions=("CD22 CAR T cells",),
        arms=(("CD22 CAR T cells", _EXPERIMENT),),
        ages=("3 Years", "65 Years"),
        conditions=("B-cell Acute Lymphoblastic Leukemia",),
        criteria=(("No evidence of disease after CD19 CAR T cells",), ("Active infection",)),
        design=_SINGLE,
    ),
    "first relapse": _trial(
        105,
        "Inotuzumab Ozogamicin Against ALLR3 in Children With High-Risk First Relapse of B-ALL",
        sponsor="Pfizer",
        interventions=("Inotuzumab ozogamicin", "ALLR3"),
        arms=(("Inotuzumab ozogamicin", _EXPERIMENT), ("ALLR3", _COMPARED)),
        ages=("1 Year", "17 Years"),
        conditions=("Precursor B-cell Acute Lymphoblastic Leukemia",),
        criteria=(("CD22-positive B-ALL in first relapse",), ("Prior inotuzumab",)),
        design=_RANDOM,
    ),
    "infants": _trial(
        106,
        "Venetoclax or Blinatumomab With Chemotherapy in Infants With Newly Diagnosed B-ALL",
        sponsor=NCI,
        with_=("Children's Oncology Group",),
        interventions=("Venetoclax", "Blinatumomab", "Cytarabine", "Methotrexate"),
        arms=(("Chemotherapy and blinatumomab", _COMPARED), ("With venetoclax", _EXPERIMENT)),
        ages=(None, "365 Days"),
        conditions=("B Acute Lymphoblastic Leukemia", "KMT2A-Rearranged Leukemia"),
        criteria=(("Newly diagnosed B-ALL, KMT2A-rearranged or germline",), ("T-ALL",)),
        design=_RANDOM,
    ),
    "bortezomib": _trial(
        107,
        "Bortezomib in Children With High-Risk First Relapse of ALL",
        sponsor="Charité University, Berlin",
        interventions=("Bortezomib", "ALL R3"),
        arms=(("ALL R3", _COMPARED), ("ALL R3 and bortezomib", _EXPERIMENT)),
        ages=(None, "17 Years"),
        conditions=("Recurrent Childhood Acute Lymphoblastic Leukemia",),
        criteria=(("First relapse of B- or T-cell ALL",), ("BCR-ABL positive ALL",)),
        design=_RANDOM,
    ),
    "older adults": _trial(
        108,
        "Blinatumomab and POMP, or Dasatinib, Prednisone and Blinatumomab, in Older Patients",
        official="SWOG: for Patients of 65 and Older With New Ph-Negative or Ph-Positive B-ALL",
        sponsor=NCI,
        with_=("SWOG Cancer Research Network",),
        interventions=("Blinatumomab", "Dasatinib", "Prednisone", "Vincristine", "Methotrexate"),
        arms=(("Ph-negative", _EXPERIMENT), ("Ph-positive: dasatinib", _EXPERIMENT)),
        ages=("65 Years", None),
        conditions=("B Acute Lymphoblastic Leukemia",),
        criteria=(("Newly diagnosed; Ph-positive also relapsed",), ("Prior blinatumomab",)),
        design={"allocation": "NON_RANDOMIZED", "interventionModel": "PARALLEL"},
    ),
    "LP-118": _trial(
        109,
        "LP-118, Ponatinib, Vincristine and Dexamethasone in Relapsed/Refractory ALL or LBL",
        official="A Phase I/II Study in Relapsed/Refractory T-ALL/LBL",
        sponsor="University of Chicago",
        interventions=("LP-118", "Ponatinib", "Vincristine", "Dexamethasone"),
        arms=(("LP-118 with ponatinib", _EXPERIMENT),),
        ages=("18 Years", None),
        conditions=("T-cell Acute Lymphoblastic Leukemia", "Lymphoblastic Lymphoma"),
        criteria=(("Relapsed or refractory T-ALL or T-LBL",), ("Pregnancy",)),
        design=_SINGLE,
    ),
    "revumenib": _trial(
        110,
        "Revumenib in Relapsed/Refractory Leukemias With a KMT2A Rearrangement or NPM1 Mutation",
        sponsor="Syndax Pharmaceuticals",
        interventions=("Revumenib",),
        arms=(("Phase 1", _EXPERIMENT), ("Phase 2", _EXPERIMENT)),
        ages=("30 Days", None),
        conditions=("Acute Myeloid Leukemia", "Acute Lymphoblastic Leukemia"),
        criteria=(("Relapsed or refractory acute leukemia with KMT2A rearrangement",), ("APL",)),
        design={"allocation": "NON_RANDOMIZED", "interventionModel": "SEQUENTIAL"},
    ),
}

CLAIMS: dict[str, dict[str, Any]] = {
    "steroids and a TKI": {
        "population": ["Philadelphia-negative", "B-cell"],
        "line": ["newly diagnosed"],
        "drugs": ["blinatumomab", "steroids", "TKI"],
        "sponsor": "National Cancer Institute",
    },
    "standard risk": {
        "population": ["Philadelphia-negative", "B-cell"],
        "line": ["newly diagnosed"],
        "drugs": ["blinatumomab"],
        "compared_with": ["chemotherapy"],
        "sponsor": "National Cancer Institute",
        "group": "ECOG",
    },
    "obe-cel": {
        "population": ["B-cell"],
        "line": ["relapsed or refractory"],
        "ages": "adults",
        "drugs": ["obe-cel"],
        "compared_with": ["nothing"],
        "sponsor": "Memorial Sloan Kettering",
    },
    "after CAR-T": {
        "line": ["relapsed or refractory"],
        "ages": "adults",
        "drugs": ["CD22 CAR-T cells"],
        "sponsor": "National Cancer Institute",
    },
    "first relapse": {
        "population": ["B-cell"],
        "line": ["relapsed or refractory"],
        "drugs": ["inotuzumab ozogamicin", "Besylomone"],
        "sponsor": "Pfizer",
    },
    "infants": {
        "population": ["B-cell"],
        "line": ["newly diagnosed"],
        "ages": "adults",
        "drugs": ["venetoclax", "inotuzumab ozogamicin"],
        "sponsor": "National Cancer Institute",
    },
    "bortezomib": {
        "line": ["relapsed or refractory"],
        "ages": "children and adults",
        "sponsor": "Charité University, Berlin",
    },
    "older adults": {
        "population": ["Philadelphia-negative", "Philadelphia-positive"],
        "ages": "adults",
        "drugs": ["blinatumomab"],
        "compared_with": ["dasatinib"],
        "sponsor": "National Cancer Institute",
        "group": "ECOG",
    },
    "LP-118": {
        "population": ["Philadelphia-positive"],
        "drugs": ["LP-118", "ponatinib", "vincristine", "dexamethasone"],
        "sponsor": "University of Chicago",
    },
    "revumenib": {
        "population": ["KMT2A-rearranged"],
        "line": ["relapsed or refractory"],
        "drugs": ["revumenib"],
        "sponsor": "Syndax Pharmaceuticals",
    },
}

WRONG: dict[str, set[str]] = {
    "steroids and a TKI": {"population: Philadelphia-negative"},
    "standard risk": {"group: ECOG"},
    "obe-cel": {"line: relapsed or refractory"},
    "after CAR-T": {"line: relapsed or refractory", "ages: adults"},
    "first relapse": {"drugs: Besylomone"},
    "infants": {"ages: adults", "drugs: inotuzumab ozogamicin"},
    "bortezomib": {"ages: children and adults"},
    "older adults": {"compared with: dasatinib", "group: ECOG"},
    "LP-118": {"population: Philadelphia-positive"},
    "revumenib": set(),  # its only fault, review_status among TKIs, is no claim about the trial
}
