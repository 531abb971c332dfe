"""The fields and codes that the registry documents, to notice when it adds one.

From its OpenAPI description 2.0.3 and /studies/enums (2026). Nothing here decides what is kept: a
new field is kept in the snapshot like any other, and named once by `update`.
"""

from collections.abc import Iterator
from typing import Any

from monitor.registry.ages import STD_AGES
from monitor.registry.terms import PHASE, STATUSES

_FIELDS = {
    "": "hasResults protocolSection documentSection annotationSection",
    "protocolSection": """identificationModule statusModule sponsorCollaboratorsModule
        oversightModule descriptionModule conditionsModule designModule armsInterventionsModule
        outcomesModule eligibilityModule contactsLocationsModule referencesModule
        ipdSharingStatementModule""",
    "documentSection": "largeDocumentModule",
    "annotationSection": "annotationModule",
    "identificationModule": """nctId nctIdAliases orgStudyIdInfo secondaryIdInfos briefTitle
        officialTitle acronym organization""",
    "orgStudyIdInfo": "id type link",
    "secondaryIdInfos": "id type domain link",
    "organization": "fullName class",
    "statusModule": """statusVerifiedDate overallStatus lastKnownStatus delayedPosting whyStopped
        expandedAccessInfo startDateStruct primaryCompletionDateStruct completionDateStruct
        studyFirstSubmitDate studyFirstSubmitQcDate studyFirstPostDateStruct resultsWaived
        resultsFirstSubmitDate resultsFirstSubmitQcDate resultsFirstPostDateStruct
        dispFirstSubmitDate dispFirstSubmitQcDate dispFirstPostDateStruct lastUpdateSubmitDate
        lastUpdatePostDateStruct""",
    "expandedAccessInfo": "hasExpandedAccess nctId statusForNctId",
    "…DateStruct": "date type",
    "sponsorCollaboratorsModule": "responsibleParty leadSponsor collaborators",
    "responsibleParty": """type investigatorFullName investigatorTitle investigatorAffiliation
        oldNameTitle oldOrganization""",
    "leadSponsor": "name class",
    "collaborators": "name class",
    "oversightModule": """oversightHasDmc isFdaRegulatedDrug isFdaRegulatedDevice
        isUnapprovedDevice isPpsd isUsExport fdaaa801Violation""",
    "descriptionModule": "briefSummary detailedDescription",
    "conditionsModule": "conditions keywords",
    "designModule": """studyType nPtrsToThisExpAccNctId expandedAccessTypes patientRegistry
        targetDuration phases designInfo bioSpec enrollmentInfo""",
    "expandedAccessTypes": "individual intermediate treatment",
    "designInfo": """allocation interventionModel interventionModelDescription primaryPurpose
        observationalModel timePerspective maskingInfo""",
    "maskingInfo": "masking maskingDescription whoMasked",
    "bioSpec": "retention description",
    "enrollmentInfo": "count type",
    "armsInterventionsModule": "armGroups interventions",
    "armGroups": "label type description interventionNames",
    "interventions": "type name description armGroupLabels otherNames",
    "outcomesModule": "primaryOutcomes secondaryOutcomes otherOutcomes",
    "…Outcomes": "measure description timeFrame",
    "eligibilityModule": """eligibilityCriteria healthyVolunteers sex genderBased
        genderDescription minimumAge maximumAge stdAges studyPopulation samplingMethod""",
    "contactsLocationsModule": "overallOfficials locations",
    "overallOfficials": "name affiliation role",
    "locations": "facility status city state zip country countryCode geoPoint",
    "geoPoint": "lat lon",
    "referencesModule": "references seeAlsoLinks availIpds",
    "references": "pmid type citation retractions",
    "retractions": "pmid source",
    "seeAlsoLinks": "label url",
    "availIpds": "id type url comment",
    "ipdSharingStatementModule": "ipdSharing description infoTypes timeFrame accessCriteria url",
    "largeDocumentModule": "noSap largeDocs",
    "largeDocs": """typeAbbrev hasProtocol hasSap hasIcf label date uploadDate filename size""",
    "annotationModule": "unpostedAnnotation violationAnnotation",
    "unpostedAnnotation": "unpostedResponsibleParty unpostedEvents",
    "unpostedEvents": "type date dateUnknown",
    "violationAnnotation": "violationEvents",
    "violationEvents": "type description creationDate issuedDate releaseDate postedDate",
}
"""Part of a record -> the names of its fields. "…X" means all parts whose names end in X."""

_NAMES = {part: frozenset(names.split()) for part, names in _FIELDS.items()}

_STATUS = " ".join(STATUSES)
_AGENCY = "NIH FED OTHER_GOV INDIV INDUSTRY NETWORK AMBIG OTHER UNKNOWN"

_VALUES = {
    "statusModule.overallStatus": _STATUS,
    "statusModule.lastKnownStatus": _STATUS,
    "locations.status": _STATUS,
    "…DateStruct.type": "ACTUAL ESTIMATED",
    "enrollmentInfo.type": "ACTUAL ESTIMATED",
    "organization.class": _AGENCY,
    "leadSponsor.class": _AGENCY,
    "collaborators.class": _AGENCY,
    "designModule.studyType": "EXPANDED_ACCESS INTERVENTIONAL OBSERVATIONAL",
    "designModule.phases": " ".join(PHASE),
    "designInfo.allocation": "RANDOMIZED NON_RANDOMIZED NA",
    "designInfo.interventionModel": "SINGLE_GROUP PARALLEL CROSSOVER FACTORIAL SEQUENTIAL",
    "designInfo.primaryPurpose": """TREATMENT PREVENTION DIAGNOSTIC ECT SUPPORTIVE_CARE SCREENING
        HEALTH_SERVICES_RESEARCH BASIC_SCIENCE DEVICE_FEASIBILITY OTHER""",
    "maskingInfo.masking": "NONE SINGLE DOUBLE TRIPLE QUADRUPLE",
    "armGroups.type": """EXPERIMENTAL ACTIVE_COMPARATOR PLACEBO_COMPARATOR SHAM_COMPARATOR
        NO_INTERVENTION OTHER""",
    "interventions.type": """BEHAVIORAL BIOLOGICAL COMBINATION_PRODUCT DEVICE DIAGNOSTIC_TEST
        DIETARY_SUPPLEMENT DRUG GENETIC PROCEDURE RADIATION OTHER""",
    "eligibilityModule.sex": "FEMALE MALE ALL",
    "eligibilityModule.stdAges": " ".join(STD_AGES),
    "references.type": "BACKGROUND RESULT DERIVED",
    "unpostedEvents.type": "RESET RELEASE UNRELEASE",
}
"""Fields that hold one of a few codes, which pages put into words. Other fields hold anything."""

_ALLOWED = {field: frozenset(values.split()) for field, values in _VALUES.items()}
_SUFFIXES = ("DateStruct", "Outcomes")


def unknown_parts(record: dict[str, Any]) -> Iterator[str]:
    """Yield "the field …" or "the value … of …" for each of a snapshot that is not listed here."""
    return _unknown(record, "", "")


def _unknown(value: Any, part: str, path: str) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _unknown(item, part, path)
    elif isinstance(value, dict):
        kind = next((f"…{end}" for end in _SUFFIXES if part.endswith(end)), part)
        names = _NAMES.get(kind, frozenset())
        for name, inner in value.items():
            field = f"{path}.{name}".lstrip(".")
            if name not in names:
                yield f"the field {field}"
                continue
            allowed = _ALLOWED.get(f"{kind}.{name}")
            if allowed:
                values = inner if isinstance(inner, list) else [inner]
                yield from (
                    f"the value {v!r} of {field}"
                    for v in values
                    if not (isinstance(v, str) and v in allowed)
                )
            else:
                yield from _unknown(inner, name, field)
