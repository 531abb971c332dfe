"""A record as a typed Study. The only file that has the paths of the registry's fields.

They are those of the ClinicalTrials.gov API v2 (OpenAPI description 2.0.3). Records are often
partial: what is absent is an empty string, an empty tuple or None, never a guess.
"""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from monitor.registry import terms
from monitor.registry.ages import Ages, ages_of
from monitor.registry.json_object import JsonObject, ShapeError, StudyDate

NCT_ID = re.compile(r"NCT[0-9]{8}")
MOST_PEOPLE = 1_000_000_000  # in one study; a larger number is a mistake


class Location(NamedTuple):
    """A place where a study runs. The registry gives it no key."""

    facility: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""
    status: str = ""  # "" unless the study is recruiting or about to recruit
    lat: float | None = None  # degrees
    lon: float | None = None


class Outcome(NamedTuple):
    """An outcome measure as registered: what will be measured, not a result."""

    measure: str
    time_frame: str = ""
    description: str = ""


class Arm(NamedTuple):
    """A group of participants."""

    label: str
    type: str = ""
    description: str = ""
    interventions: tuple[str, ...] = ()  # "Drug: Blinatumomab", as the registry writes them


class Intervention(NamedTuple):
    """A drug, procedure or other treatment that is under study, or compared with one that is."""

    name: str
    type: str = ""
    description: str = ""
    other_names: tuple[str, ...] = ()  # brand names, codes, spellings


class Sponsor(NamedTuple):
    """An organisation that leads or supports the study."""

    name: str
    kind: str = ""  # the registry's class: NIH, INDUSTRY, OTHER, …


class Publication(NamedTuple):
    """A publication or web page that the record refers to."""

    citation: str
    url: str = ""
    type: str = ""  # BACKGROUND, RESULT, DERIVED (found by the registry), or "" for a page


class Document(NamedTuple):
    """A protocol, statistical analysis plan or consent form that was posted."""

    label: str
    date: str = ""


class Enrollment(NamedTuple):
    """How many people take part."""

    count: int  # type: ignore[assignment]  # in place of tuple.count, which nobody calls
    type: str = ""  # ACTUAL, ESTIMATED, or "" where the record does not say


class ExpandedAccess(NamedTuple):
    """Whether the treatment is available outside the trial, in a program of its own."""

    is_offered: bool = False
    nct_id: str = ""  # the program's record
    status: str = ""  # the program's overall status


class UnpostedEvent(NamedTuple):
    """A step in the submission of results that are not public yet."""

    type: str
    """RELEASE (submitted), UNRELEASE (submission cancelled), RESET (returned after review)."""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Study:
    """One registered study."""

    nct_id: str
    aliases: tuple[str, ...]  # ids that were merged into this one
    brief_title: str
    acronym: str
    protocol_numbers: tuple[str, ...]  # ids given by the sponsor, study groups and funders

    overall_status: str
    start_date: StudyDate | None
    primary_completion_date: StudyDate | None
    completion_date: StudyDate | None
    first_post_date: StudyDate | None
    last_update_post_date: StudyDate | None
    results_first_post_date: StudyDate | None

    lead_sponsor: Sponsor | None
    collaborators: tuple[Sponsor, ...]
    conditions: tuple[str, ...]
    study_type: str
    phases: tuple[str, ...]
    enrollment: Enrollment | None
    interventions: tuple[Intervention, ...]
    locations: tuple[Location, ...]

    sex: str
    minimum_age: str  # "18 Years"
    maximum_age: str
    std_ages: tuple[str, ...]

    official_title: str
    last_known_status: str  # only where the overall status is UNKNOWN
    why_stopped: str  # the sponsor's words
    has_results: bool | None
    unposted_events: tuple[UnpostedEvent, ...]
    expanded_access: ExpandedAccess | None

    brief_summary: str
    detailed_description: str
    keywords: tuple[str, ...]

    allocation: str
    intervention_model: str
    masking: str
    primary_purpose: str

    arms: tuple[Arm, ...]
    primary_outcomes: tuple[Outcome, ...]
    secondary_outcomes: tuple[Outcome, ...]
    other_outcomes: tuple[Outcome, ...]

    criteria: str  # Markdown with escapes; parse_criteria makes items of it
    healthy_volunteers: bool | None

    references: tuple[Publication, ...]
    see_also: tuple[Publication, ...]
    documents: tuple[Document, ...]

    @property
    def is_open(self) -> bool:
        """Return whether anybody who fits can ask to join it somewhere."""
        return terms.status(self.overall_status).is_open

    @property
    def tests_treatment(self) -> bool:
        """Return whether it tests a treatment, or its record does not say what it does."""
        is_trial = self.study_type in ("", "INTERVENTIONAL")
        return is_trial and self.primary_purpose in ("", "TREATMENT")

    @property
    def ages(self) -> Ages | None:
        """Return the ages that it accepts; None where the record has none that can be parsed."""
        return ages_of(self.minimum_age, self.maximum_age, self.std_ages)

    @property
    def countries(self) -> tuple[str, ...]:
        """Return the countries of its locations, each once, in alphabetical order."""
        return tuple(sorted({place.country for place in self.locations if place.country}))


def study_from(record: Any) -> Study:
    """Return a record as a Study, ignoring fields that Study does not have.

    Raises ShapeError where a field has not the type that the registry documents.
    """
    whole = JsonObject(record, "")
    protocol = whole.object("protocolSection")
    identification = protocol.object("identificationModule")
    status = protocol.object("statusModule")
    sponsors = protocol.object("sponsorCollaboratorsModule")
    description = protocol.object("descriptionModule")
    conditions = protocol.object("conditionsModule")
    design = protocol.object("designModule")
    design_info = design.object("designInfo")
    arms = protocol.object("armsInterventionsModule")
    outcomes = protocol.object("outcomesModule")
    eligibility = protocol.object("eligibilityModule")
    references = protocol.object("referencesModule")
    documents = whole.object("documentSection").object("largeDocumentModule")
    annotations = whole.object("annotationSection").object("annotationModule")
    locations = protocol.object("contactsLocationsModule")
    nct_id = identification.text("nctId")
    if not NCT_ID.fullmatch(nct_id):
        raise ShapeError(f"{identification.path}.nctId: {nct_id!r} is not an NCT id")
    return Study(
        nct_id=nct_id,
        aliases=identification.texts("nctIdAliases"),
        brief_title=identification.text("briefTitle"),
        official_title=identification.text("officialTitle"),
        acronym=identification.text("acronym"),
        protocol_numbers=_protocol_numbers(identification),
        overall_status=status.text("overallStatus"),
        last_known_status=status.text("lastKnownStatus"),
        why_stopped=status.text("whyStopped"),
        start_date=status.date("startDateStruct"),
        primary_completion_date=status.date("primaryCompletionDateStruct"),
        completion_date=status.date("completionDateStruct"),
        first_post_date=status.date("studyFirstPostDateStruct"),
        last_update_post_date=status.date("lastUpdatePostDateStruct"),
        results_first_post_date=status.date("resultsFirstPostDateStruct"),
        has_results=whole.flag("hasResults"),
        unposted_events=_unposted_events(annotations.object("unpostedAnnotation")),
        expanded_access=_expanded_access(status.object("expandedAccessInfo")),
        lead_sponsor=_sponsor(sponsors.object("leadSponsor")),
        collaborators=tuple(
            sponsor for part in sponsors.objects("collaborators") if (sponsor := _sponsor(part))
        ),
        brief_summary=description.text("briefSummary"),
        detailed_description=description.text("detailedDescription"),
        conditions=conditions.texts("conditions"),
        keywords=conditions.texts("keywords"),
        study_type=design.text("studyType"),
        phases=design.texts("phases"),
        allocation=design_info.text("allocation"),
        intervention_model=design_info.text("interventionModel"),
        masking=design_info.object("maskingInfo").text("masking"),
        primary_purpose=design_info.text("primaryPurpose"),
        enrollment=_enrollment(design.object("enrollmentInfo")),
        arms=tuple(_arm(part) for part in arms.objects("armGroups")),
        interventions=tuple(_intervention(part) for part in arms.objects("interventions")),
        primary_outcomes=_outcomes(outcomes, "primaryOutcomes"),
        secondary_outcomes=_outcomes(outcomes, "secondaryOutcomes"),
        other_outcomes=_outcomes(outcomes, "otherOutcomes"),
        criteria=eligibility.text("eligibilityCriteria"),
        sex=eligibility.text("sex"),
        minimum_age=eligibility.text("minimumAge"),
        maximum_age=eligibility.text("maximumAge"),
        std_ages=eligibility.texts("stdAges"),
        healthy_volunteers=eligibility.flag("healthyVolunteers"),
        locations=tuple(_location(part) for part in locations.objects("locations")),
        references=tuple(_publication(part) for part in references.objects("references")),
        see_also=tuple(_link(part) for part in references.objects("seeAlsoLinks")),
        documents=tuple(_document(part) for part in documents.objects("largeDocs")),
    )


def _protocol_numbers(identification: JsonObject) -> tuple[str, ...]:
    own = identification.object("orgStudyIdInfo")
    parts = (own, *identification.objects("secondaryIdInfos"))
    return tuple(number for part in parts if (number := part.text("id")))


def _unposted_events(part: JsonObject) -> tuple[UnpostedEvent, ...]:
    return tuple(
        UnpostedEvent(event.text("type"), event.text("date"))
        for event in part.objects("unpostedEvents")
    )


def _enrollment(part: JsonObject) -> Enrollment | None:
    count = part.count("count", MOST_PEOPLE)
    return None if count is None else Enrollment(count, part.text("type"))


def _arm(part: JsonObject) -> Arm:
    return Arm(
        part.text("label"),
        part.text("type"),
        part.text("description"),
        part.texts("interventionNames"),
    )


def _intervention(part: JsonObject) -> Intervention:
    return Intervention(
        part.text("name"),
        part.text("type"),
        part.text("description"),
        part.texts("otherNames"),
    )


def _sponsor(part: JsonObject) -> Sponsor | None:
    name = part.text("name")
    return Sponsor(name, part.text("class")) if name else None


def _expanded_access(part: JsonObject) -> ExpandedAccess | None:
    if part.flag("hasExpandedAccess") is None:
        return None
    return ExpandedAccess(
        bool(part.flag("hasExpandedAccess")), part.text("nctId"), part.text("statusForNctId")
    )


def _outcomes(module: JsonObject, key: str) -> tuple[Outcome, ...]:
    return tuple(
        Outcome(part.text("measure"), part.text("timeFrame"), part.text("description"))
        for part in module.objects(key)
    )


def _location(part: JsonObject) -> Location:
    point = part.object("geoPoint")
    return Location(
        part.text("facility"),
        part.text("city"),
        part.text("state"),
        part.text("zip"),
        part.text("country"),
        part.text("status"),
        point.number("lat", -90, 90),
        point.number("lon", -180, 180),
    )


def _publication(part: JsonObject) -> Publication:
    pmid = part.text("pmid")
    url = f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid.isascii() and pmid.isdigit() else ""
    return Publication(part.text("citation") or pmid, url, part.text("type"))


def _link(part: JsonObject) -> Publication:
    return Publication(part.text("label") or part.text("url"), part.text("url"))


def _document(part: JsonObject) -> Document:
    return Document(part.text("label"), part.text("date"))
