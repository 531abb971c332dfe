"""The fields of a study: names and paths, by which the test registry selects and sorts.

JSON names come from the official OpenAPI description; piece names from the live service's
/studies/enums, or else as programs that use the API spell them. Nothing is named below
resultsSection: it comes whole or not at all.
"""

from __future__ import annotations

import re
from typing import Any

Steps = tuple[str, ...]

# A piece is the JSON name with a capital unless `json=Piece` says otherwise; a `+` is the parent's
# piece (less a final Struct or Info).
STRUCTURE = """
protocolSection(
 identificationModule(nctId=NCTId nctIdAliases=NCTIdAlias orgStudyIdInfo(id=+ +type +link)
  secondaryIdInfos=SecondaryIdInfo(id=+ +type +domain +link) briefTitle officialTitle acronym
  organization(fullName=OrgFullName class=OrgClass))
 statusModule(statusVerifiedDate overallStatus lastKnownStatus delayedPosting whyStopped
  expandedAccessInfo(hasExpandedAccess nctId=+NCTId statusForNctId=+StatusForNCTId)
  startDateStruct(date=+ +type) primaryCompletionDateStruct(date=+ +type)
  completionDateStruct(date=+ +type)
  studyFirstSubmitDate studyFirstSubmitQcDate=StudyFirstSubmitQCDate
  studyFirstPostDateStruct(date=+ +type) resultsWaived
  resultsFirstSubmitDate resultsFirstSubmitQcDate=ResultsFirstSubmitQCDate
  resultsFirstPostDateStruct(date=+ +type)
  dispFirstSubmitDate dispFirstSubmitQcDate=DispFirstSubmitQCDate
  dispFirstPostDateStruct(date=+ +type) lastUpdateSubmitDate lastUpdatePostDateStruct(date=+ +type))
 sponsorCollaboratorsModule(responsibleParty(+type +investigatorFullName +investigatorTitle
   +investigatorAffiliation +oldNameTitle +oldOrganization)
  leadSponsor(+name +class) collaborators=Collaborator(+name +class))
 oversightModule(oversightHasDmc=OversightHasDMC isFdaRegulatedDrug=IsFDARegulatedDrug
  isFdaRegulatedDevice=IsFDARegulatedDevice isUnapprovedDevice isPpsd=IsPPSD isUsExport=IsUSExport
  fdaaa801Violation=FDAAA801Violation)
 descriptionModule(briefSummary detailedDescription)
 conditionsModule(conditions=Condition keywords=Keyword)
 designModule(studyType nPtrsToThisExpAccNctId=NPtrsToThisExpAccNCTId
  expandedAccessTypes(individual=ExpAccTypeIndividual intermediate=ExpAccTypeIntermediate
   treatment=ExpAccTypeTreatment)
  patientRegistry targetDuration phases=Phase
  designInfo(+allocation +interventionModel +interventionModelDescription +primaryPurpose
   +observationalModel +timePerspective maskingInfo=+MaskingInfo(masking=DesignMasking
    maskingDescription=DesignMaskingDescription whoMasked=DesignWhoMasked))
  bioSpec(+retention +description) enrollmentInfo(+count +type))
 armsInterventionsModule(
  armGroups=ArmGroup(+label +type +description interventionNames=+InterventionName)
  interventions=Intervention(+type +name +description armGroupLabels=+ArmGroupLabel
   otherNames=+OtherName))
 outcomesModule(primaryOutcomes=PrimaryOutcome(+measure +description +timeFrame)
  secondaryOutcomes=SecondaryOutcome(+measure +description +timeFrame)
  otherOutcomes=OtherOutcome(+measure +description +timeFrame))
 eligibilityModule(eligibilityCriteria healthyVolunteers sex genderBased genderDescription
  minimumAge maximumAge stdAges=StdAge studyPopulation samplingMethod)
 contactsLocationsModule(centralContacts=CentralContact(+name +role +phone +phoneExt email=+EMail)
  overallOfficials=OverallOfficial(+name +affiliation +role)
  locations=Location(+facility +status +city +state +zip +country +countryCode +geoPoint
   contacts=+Contact(+name +role +phone +phoneExt email=+EMail)))
 referencesModule(references=Reference(pmid=+PMID +type +citation
   retractions=Retraction(pmid=+PMID +source))
  seeAlsoLinks=SeeAlsoLink(+label url=+URL) availIpds=AvailIPD(+id +type url=+URL +comment))
 ipdSharingStatementModule=IPDSharingStatementModule(ipdSharing=IPDSharing
  description=IPDSharingDescription infoTypes=IPDSharingInfoType timeFrame=IPDSharingTimeFrame
  accessCriteria=IPDSharingAccessCriteria url=IPDSharingURL))
resultsSection
annotationSection(annotationModule(
  unpostedAnnotation(unpostedResponsibleParty
   unpostedEvents=UnpostedEvent(+type +date +dateUnknown))
  violationAnnotation(violationEvents=ViolationEvent(+type +description +creationDate +issuedDate
    +releaseDate +postedDate))))
documentSection(largeDocumentModule(noSap=LargeDocNoSAP largeDocs=LargeDoc(+typeAbbrev +hasProtocol
   hasSap=+HasSAP hasIcf=+HasICF +label +date +uploadDate +filename +size)))
derivedSection(
 miscInfoModule(versionHolder removedCountries=RemovedCountry
  submissionTracking(estimatedResultsFirstSubmitDate
   firstMcpInfo=FirstMCPInfo(postDateStruct=FirstMCPPostDateStruct(date=+ +type))
   submissionInfos=SubmissionInfo(+releaseDate +unreleaseDate +unreleaseDateUnknown +resetDate
    mcpReleaseN=+MCPReleaseN))
  modelPredictions)
 conditionBrowseModule(meshes=ConditionMesh(+id +term) ancestors=ConditionAncestor(+id +term)
  browseLeaves=ConditionBrowseLeaf(+id +name +asFound +relevance)
  browseBranches=ConditionBrowseBranch(+abbrev +name))
 interventionBrowseModule(meshes=InterventionMesh(+id +term)
  ancestors=InterventionAncestor(+id +term)
  browseLeaves=InterventionBrowseLeaf(+id +name +asFound +relevance)
  browseBranches=InterventionBrowseBranch(+abbrev +name)))
hasResults
"""


def _pieces(structure: str) -> dict[str, Steps]:
    """Return piece name -> path in a record, of all fields in `structure`."""
    pieces: dict[str, Steps] = {}
    stack: list[tuple[Steps, str]] = [((), "")]
    path, piece = (), ""
    for token in re.findall(r"[()]|[^\s()]+", structure):
        if token == "(":
            stack.append((path, re.sub("(Struct|Info)$", "", piece)))
        elif token == ")":
            stack.pop()
        else:
            name, _, explicit = token.partition("=")
            own = name.lstrip("+")
            short = explicit or name[: len(name) - len(own)] + own[0].upper() + own[1:]
            path = (*stack[-1][0], own)
            piece = stack[-1][1] + short[1:] if short.startswith("+") else short
            pieces[piece] = path
    return pieces


PIECES = _pieces(STRUCTURE)
NAMES = PIECES | {".".join(path): path for path in PIECES.values()}  # piece and field names
KNOWN = set(PIECES.values())
BRANCHES = {path[:-1] for path in KNOWN}
DATES = {path for piece, path in PIECES.items()
         if re.search("Date$|^VersionHolder$", piece) and path not in BRANCHES}  # fmt: skip
SORTABLE = {name: path for name, path in NAMES.items() if path in DATES} | {
    "EnrollmentCount": PIECES["EnrollmentCount"]
}


def values(value: Any, path: Steps) -> list[Any]:
    """Return the values at `path` in `value`, those of all items of lists."""
    if isinstance(value, list):
        return [inner for item in value for inner in values(item, path)]
    if not path:
        return [value]
    is_there = isinstance(value, dict) and path[0] in value
    return values(value[path[0]], path[1:]) if is_there else []


def wanted(fields: str | None) -> dict[str, Any]:
    """Return the tree of names in a `fields` parameter. Raises KeyError with an unknown one."""
    paths = [NAMES[name] for name in re.split("[,|]", fields)] if fields is not None else []
    tree: dict[str, Any] = {}
    # Long paths first, so that a branch replaces fields below it: it includes all of them.
    for path in sorted(paths, key=len, reverse=True):
        branch = tree
        for step in path:
            branch = branch.setdefault(step, {})
        branch.clear()
    return tree


def prune(value: Any, tree: dict[str, Any]) -> Any:
    """Return `value` with the names in `tree` only; with an empty tree, all of it."""
    if isinstance(value, list):
        return [kept for item in value if (kept := prune(item, tree)) != {}]
    if not isinstance(value, dict) or not tree:
        return value
    kept = {name: prune(value[name], tree[name]) for name in value if name in tree}
    return {name: below for name, below in kept.items() if below not in ({}, [])}
