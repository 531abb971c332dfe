"""A small tree whose disease has a vocabulary, and trials with different answers to it."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.miniature_days import HOSTILE
from tests.records import Record, place, record
from tests.registry_server import RegistryServer
from tests.trees import night, tree, write

VOCABULARY = """label: Invented words
diseases:
  leukemia: leukemia, acute lymphoblastic leukemia
any_disease: leukemia
same: |
  CAR-T, CART, CAR T, chimeric antigen receptor
facets:
  - key: stage
    label: Stage
    question: When in the disease can one join?
    values:
      - key: newly-diagnosed
        label: newly diagnosed
        adjectives: newly diagnosed, untreated
      - key: relapsed-refractory
        label: relapsed or refractory
        adjectives: relapsed, refractory
      - key: after-car-t
        label: after CAR-T
        phrases: CAR-T, CART, chimeric antigen receptor
        earlier: true
  - key: subtype
    label: Subtype
    question: Which kind of the disease?
    values:
      - key: ph-positive
        label: Ph-positive
        phrases: Ph-positive
        opposite: ph-negative
      - key: ph-negative
        label: Ph-negative
        phrases: Ph-negative
        opposite: ph-positive
  - key: treatment
    label: Treatment
    question: What is tested?
    about: treatment
    values:
      - key: car-t
        label: CAR T cells
        phrases: CAR-T, CART, chimeric antigen receptor
      - key: antibody
        label: Antibody
        phrases: antibody
drugs:
  - means: {treatment: antibody}
    names: |
      examplumab, Examplex
"""
DISEASE = """---
name: Invented leukemia
search:
  condition: Leukemia
vocabulary: invented
---
Text in Markdown.
"""
TITLE = "identificationModule__briefTitle"
CRITERIA = "eligibilityModule__eligibilityCriteria"
WHERE = "contactsLocationsModule__locations"
MINIMUM, MAXIMUM = "eligibilityModule__minimumAge", "eligibilityModule__maximumAge"


def at(city: str, country: str, lat: float, lon: float, **more: Any) -> Record:
    """Return a location with coordinates."""
    return place(f"{city} Hospital", city, country, geoPoint={"lat": lat, "lon": lon}, **more)


BOSTON = at("Boston", "United States", 42.36, -71.06, status="RECRUITING")
MUNICH = at("Munich", "Germany", 48.14, 11.58, status="RECRUITING")
LEEDS = at("Leeds", "United Kingdom", 53.8, -1.55, status="RECRUITING")


COUNT = 101  # records: enough for a list of three pages


def records() -> Iterator[Record]:
    """Yield the records: five that differ, the others completed."""
    yield record(
        1,
        **{TITLE: "CART cells for relapsed leukemia", WHERE: [LEEDS, BOSTON], MINIMUM: "1 Year"},
        eligibilityModule__maximumAge="21 Years",
        eligibilityModule__eligibilityCriteria="Inclusion Criteria:\n\n* Ph-negative disease",
    )
    yield record(
        2,
        **{TITLE: "Examplumab in newly diagnosed leukemia", WHERE: [MUNICH], CRITERIA: ""},
        designModule__phases=["PHASE1", "PHASE2"],
    )
    yield record(
        3,
        **{
            TITLE: "A study of Ärzte in refractory leukemia",
            WHERE: [BOSTON],
            CRITERIA: "Exclusion Criteria:\n\n* Prior CAR-T cell therapy\n* Ph-positive disease",
        },
    )
    yield record(4, **{TITLE: HOSTILE, CRITERIA: "", MINIMUM: None, MAXIMUM: None})
    yield record(5, statusModule__overallStatus="ENROLLING_BY_INVITATION", **{CRITERIA: ""})
    for number in range(6, COUNT + 1):
        yield record(number, statusModule__overallStatus="COMPLETED", **{CRITERIA: ""})


def vocabulary_tree(root: Path, trials: Iterable[Record] = ()) -> Path:
    """Write the tree, with data/ of one night with these trials (default: `records()`)."""
    tree(root)
    write(root / "content/vocabulary/invented.yaml", VOCABULARY)
    write(root / "content/diseases/leukemia.md", DISEASE)
    with RegistryServer(trials or records()) as server:
        night(root, server, "2026-05-01")
    return root
