"""Rules of the language of records: denial and its reach, history, conditions, exclusion.

Nothing here knows a disease or a drug. A rule looks at a phrase in its sentence (`Context`).
"""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from monitor.facets.phrases import Match
from monitor.facets.sorting import NO, NOT_STATED, YES


def _compiled(source: str) -> re.Pattern[str]:
    """Return the compiled pattern of a source of several lines."""
    return re.compile("".join(line.strip() for line in source.split("\n")))


PEOPLE = (
    "(?:patients?|subjects?|participants?|children|adults|individuals|persons?|people|pts|infants"
    "|adolescents|men|women|recipients?)"
)
_SENTENCE_END = re.compile(r"[.;](?:(?=[a-z]{3})|(?=\s|$)(?<!e\.g.)(?<!i\.e.))")


class Context(NamedTuple):
    """A phrase in its sentence, by its place in the words of a passage."""

    words: str  # of the passage, in lower case
    start: int  # of the phrase
    end: int
    first: int  # of the sentence
    last: int

    @property
    def before(self) -> str:
        """Return the sentence up to the phrase."""
        return self.words[self.first : self.start]

    @property
    def after(self) -> str:
        """Return the sentence from the phrase on."""
        return self.words[self.end : self.last]

    @property
    def sentence(self) -> str:
        """Return the whole sentence."""
        return self.words[self.first : self.last]


def in_sentence(words: str, start: int, end: int) -> Context:
    """Return a phrase in its sentence."""
    first = 0
    for boundary in _SENTENCE_END.finditer(words, 0, start):
        first = boundary.end()
    after = _SENTENCE_END.search(words, end)
    return Context(words, start, end, first, after.start() if after else len(words))


# What a sentence is about

_NON_PATIENTS = _compiled(r"""
    \W*(?:donors?|care ?givers?|parents?|siblings?|physicians?|healthy|controls?|family members?
    |spouses?|nurses?|clinicians?|providers?)\b
""")
_STUDY_WORD = _compiled(r"""
    \b(?:study|trial|studies|purpose|goal|aims?|objective|tests?|testing|tested|evaluat\w+|assess\w*
    |determin\w+|investigat\w+|examin\w+|compar\w+|treating|participants|enrol\w+|eligible)\b
""")
_QUESTION = re.compile(r"\bto (?:determine|establish|identify|distinguish)\b[^.;:]{0,40}$")


def is_about_non_patients(words: str) -> bool:
    """Return whether a criterion is about donors, parents or others who are no patients."""
    return bool(_NON_PATIENTS.match(words))


def is_about_study(context: Context) -> bool:
    """Return whether a sentence is about the study, not about earlier knowledge."""
    return bool(_STUDY_WORD.search(context.sentence))


def is_test_result(context: Context) -> bool:
    """Return whether a phrase is what a test may find: "to determine lineage (T-cell or …)"."""
    return bool(_QUESTION.search(context.before))


# Denial

_DENIAL = _compiled(r"""
    \b(?:no|not(?! limited| only| necessarily)|(?<!with or )(?<!and )without|absence|absent
    |negative for|lack(?:ing|s|ed)?(?: of)?|never|neither|nor|exclud\w+|other than
    |except(?:ing)?(?: for)?|rather than|free (?:of|from)|rule out|ineligible|cannot have)\b
""")
_DENIAL_ENDS = _compiled(r"""
    :|\b(?:but|who|which|if|unless|except|including|not only|available|more than|less than|at least
    |after|following|for|during|since|at)\b
    |\btreating\b|\bin (?:the treatment of )?(?:patients|subjects|participants|children|adults)\b
    |\b(?:and|or) (?:in|with|have|has|must|are|is|who|at|then|patients?|subjects?|participants?)\b
    |\b(?:is|are) (?:eligible|allowed|permitted)\b
""")
_BRACKET_CLOSED = re.compile(r"[^()]*\)")  # "(not M5) or lymphocytic leukemia"
_NON_PREFIX = re.compile(r"\bnon[- ]?$")
_DENIED_AFTER = _compiled(r"""
    \)?(?:[ -]{0,2}
    (?:(?:gene|status|fusion|mutations?|rearrangements?|translocations?|expression) )?
    (?:negative|neg\b|absent|wild[- ]?type|germline|unrearranged|non-?rearranged
    |not detected|is not |was not )
    |-(?![a-z0-9])| -(?=[,.;)]|$)
    )
""")
_EXCEPTED_BEFORE = re.compile(
    r"\b(?:other than|apart from|except(?:ing)?(?: for)?) (?:[^\s.,;:]+ ){0,2}$"
)
_COMPOUND = re.compile(
    r"[- ](?:free|na[iï]ve|specific|related|associated|directed|adapted|sparing|risk|resistant)\b"
)
_REFUSED_AFTER = _compiled(r"""
    [^.;:]{0,120}?\b(?:
    (?:(?:is|are|will be|would be|must be) (?:not eligible|ineligible|not allowed|not permitted)
    |not eligible|ineligible)(?=$|[.;,]| (?:for (?:this|the|protocol|study|enrol)
    |to (?:participate|enter|enrol|join)|unless|if|until|and|or)\b)
    |(?:is|are|will be|would be|must be) excluded|excluded(?=$|[.;,)])
    |not (?:allowed|permitted)(?=$|[.;,)])
    |(?:can ?not|may not|must not|should not) (?:participate|enter|join|enrol
    |be (?:treated|included|enrolled|entered))\b
    )
""")
_EXCLUSION_HEADING = _compiled(r"""
    \b(?:not (?:be )?(?:allowed|eligible|permitted|enrolled)|ineligible|excluded)
    (?: (?:from|for|in) (?:the|this) (?:study|trial|protocol))?:$
    |^(?:no|none of|not)\b[^.;:]*:$
""")
_REACH, _CLOSE_REACH = 70, 20  # letters from the beginning of a denial to what it denies


def is_denied(context: Context) -> bool:
    """Return whether a phrase is denied by the words before it or by its ending."""
    return _is_denied_within(_REACH, context)


def is_closely_denied(context: Context) -> bool:
    """Return whether a denial stands so close that it is meant for the phrase alone."""
    return _is_denied_within(_CLOSE_REACH, context)


def _is_denied_within(reach: int, context: Context) -> bool:
    if _DENIED_AFTER.match(context.after) or _NON_PREFIX.search(context.before[-5:]):
        return True
    before = context.before[-reach:]
    denials = list(_DENIAL.finditer(before))
    if not denials:
        return False
    after = denials[-1].end()
    return not _DENIAL_ENDS.search(before, after) and not _BRACKET_CLOSED.match(before, after)


def is_excepted(before: str) -> bool:
    """Return whether a sentence excepts what comes next: "malignancy other than AML"."""
    return bool(_EXCEPTED_BEFORE.search(before))


def is_in_compound(context: Context) -> bool:
    """Return whether a phrase begins a compound with another meaning: "relapse-free"."""
    return bool(_COMPOUND.match(context.after))


def is_refused(context: Context) -> bool:
    """Return whether the rest of the sentence says that these people cannot join."""
    return bool(_REFUSED_AFTER.match(context.after))


def is_exclusion_heading(words: str) -> bool:
    """Return whether a heading excludes the people below it: "… are not eligible:"."""
    return bool(_EXCLUSION_HEADING.search(words))


# Whom a phrase describes, and when

_PAST_OR_POSSIBLE_BEFORE = _compiled(r"""
    \b(?:history of|prior|previous(?:ly)?|after|following|since
    |at (?:the time of )?(?:initial |first |original )?diagnosis of
    |(?:risk|probability|likelihood) (?:of|for)|prevent\w*|reduc\w+|time to|duration of|until
    |in case of|event of|rate of|post|while(?: \w+){0,3}|recover\w+ from|effects? of|toxicity of
    |toxicities (?:of|from)|completion of|end of|(?:remission|response)s? (?:in|of)
    |transplanted|treated while|diagnosed while)[ -]
    (?:(?:the|a|an|any|first|initial|their|to|disease|early|second|marrow|bone|being|of|\w+-?day
    |subsequent|months?|[<>≤≥=]*|\d+) ){0,4}$
""")
_SUBGROUP_BEFORE = _compiled(rf"""
    (?:^|[.;:(] ?)(?:in |for |if |when |among )(?:the |an? )?(?:{PEOPLE}|those|cases?)?\b
    [^.;:]{{0,60}}$
    |\b(?:if|when|unless|in (?:the )?case of)\b[^.;:]{{0,80}}$
    |(?:^| )(?!{PEOPLE}\b)[^ ]+ or (?:in |for )?{PEOPLE}\b[^.;:]{{0,60}}$
    |(?:^ ?|[.;:(] ?)(?:in|for|if|when|among) (?:the |an? )?$
""")
_PEOPLE_WITH = re.compile(rf"\($|(?:^|[.;(]) ?{PEOPLE} with (?:[\w-]+ ){{0,3}}$")
_COLON_AFTER = re.compile(r"[^.;:]{0,40}: ?\S")
_EXAMPLES = _compiled(r"""
    \b(?:e\.g\.?,?|such as|include[sd]?|including|or other|for example|defined (?:as|by)
    |(?:any|one) of|limited to|(?:high|poor|adverse)[- ]risk
    (?= f| \w*genetic|(?: ?[,/]| or| and)(?! ?(?:relaps|refract|recurr)))
    |(?:adverse|unfavou?rable|poor prognos\w+)(?: \w+){0,2})(?: the following)?:?[^.:)]{0,120}$
""")
_BRACKETS = re.compile(r"\([^()]*\)")
_PROVISO_AFTER = _compiled(r"""
    [^.;:]{0,110}?\b(?:must|should|may|can|will|need|have to|has to
    |(?:are|is) (?:eligible|allowed|permitted|acceptable|also)
    |allowed|eligible (?:if|only|provided)|permitted)\b
""")
_REQUIREMENT = re.compile(r"\bmust (?:have|be)\b")
_HIGH_RISK_AFTER = re.compile(r" ?(?:,? or|and|and/or|/) ?(?:very )?(?:high|poor)[- ]risk\b")
_HIGH_RISK_BEFORE = re.compile(r"\b(?:high|poor)[- ]risk ?(?:,? or|,|and|and/or|/) ?$")
_ORDINAL = re.compile(r"\b(?:first|second|third|1st|2nd|3rd)\b|\bcr[- ]?\d$")
_CHOICE_AFTER = re.compile(r"\)?\s*(?:(?:or|and/or)\b|,\s*[^,;.:]{1,60}(?:,|\bor\b))")
_CHOICE_BEFORE = re.compile(r"\bor (?:an? |the )?$")
_PEOPLE_BEFORE = re.compile(
    rf"\b(?:{PEOPLE}|be|is|are|remain|was|were|has been|have been)\b[^.;:]*$"
)
_PEOPLE_AFTER = re.compile(rf" (?:(?:or|and|and/or) (?:[a-z-]+ ){{1,2}})?{PEOPLE}\b")


def is_past_or_possible(context: Context) -> bool:
    """Return whether a state is of the past, or may come later: "history of", "risk of"."""
    return bool(_PAST_OR_POSSIBLE_BEFORE.search(context.before[-60:]))


def is_for_some(context: Context) -> bool:
    """Return whether the sentence is only about people whom the phrase describes."""
    before = context.before
    if _SUBGROUP_BEFORE.search(before):
        return True
    if _EXAMPLES.search(_BRACKETS.sub(" ", context.words[: context.start])):
        return True
    if _COLON_AFTER.match(context.after) and _PEOPLE_WITH.search(before):
        return True  # "patients with B-cell ALL: Ph-positive ones must …"
    return bool(_PROVISO_AFTER.match(context.after)) and not _REQUIREMENT.search(before)


def is_or_high_risk(context: Context) -> bool:
    """Return whether people at high risk are an alternative: "relapsed or high-risk leukemia"."""
    return bool(_HIGH_RISK_AFTER.match(context.after) or _HIGH_RISK_BEFORE.search(context.before))


def is_numbered(context: Context) -> bool:
    """Return whether a phrase is one of several in order: "first remission", "CR1"."""
    return bool(_ORDINAL.search(context.words, context.start, context.end))


def is_choice(context: Context) -> bool:
    """Return whether a phrase is in a list of alternatives."""
    return bool(_CHOICE_AFTER.match(context.after) or _CHOICE_BEFORE.search(context.before))


def is_said_of_people(context: Context) -> bool:
    """Return whether an adjective describes participants: "must be untreated", "new patients"."""
    return bool(_PEOPLE_BEFORE.search(context.before) or _PEOPLE_AFTER.match(context.after))


# Phrases that are all there is

_LIST_SEPARATOR = re.compile(r"\s*(?:[,;/:]|\bor\b|\band\b|\band/or\b)\s*")
_FILLER_WORD = _compiled(rf"""
    (?:{PEOPLE}|a|an|the|of|with|in|for|to|or|and|any|than|at|by|on|from|that|who|whose|such|as|is|are
    |be|been|being|has|have|had|having|not|known|diagnos[ei][sd]?|diagnosed|history|documented
    |confirmed|active|current|currently|presence|evidence|histologically|persistent
    |past|time|eligible|ineligible|excluded|exclusion|disease|cells?|gene|type|study|entry
    |enrollment|screening|investigational|received|receipt|treatment|treated|therapy|therapies
    |\d.*)
""")
_WORD = re.compile(r"[a-z0-9][a-z0-9'+-]*")
_EXCEPTION_BEFORE = re.compile(r"\b(?:unless|except)\b")
_RESTRICTION = _compiled(r"""
    \b(?:unless|except|if|within|until|only|isolated|limited to|alone|without|requir\w+|candidates?
    |amenable|uncontrolled|weeks?|days?|months?)\b
""")


def stands_alone(context: Context, others: Iterable[Match[Any]]) -> bool:
    """Return whether a criterion, or one entry of its list, is nothing but the phrase.

    "Ph-positive ALL, Burkitt leukemia" bars all who are Ph-positive; "CNS relapse" bars few of
    those in relapse. `others` are phrases that may be there, too.
    """
    words, start, end = context.words, context.start, context.end
    near = words[max(0, start - 60) : end + 60]
    if _RESTRICTION.search(near) or _EXCEPTION_BEFORE.search(words, 0, start):
        return False
    first, last = 0, len(words)
    for gap in _LIST_SEPARATOR.finditer(words):
        if gap.end() <= start:
            first = gap.end()
        elif gap.start() >= end:
            last = gap.start()
            break
    places = ((start, end), *((each.start, each.end) for each in others))
    return all(
        any(begin <= word.start() < stop for begin, stop in places)
        or _FILLER_WORD.fullmatch(word[0])
        for word in _WORD.finditer(words, first, last)
    )


# What people had before they join

_PAST_TREATMENT_BEFORE = _compiled(r"""
    \b(?:after|following|post(?!-)|(?<!regimen )prior|previous\w*|pre-?treated|fail\w*
    |progress\w* (?:on|after)|exposed|undergone|received|(?:recipients|survivors|complications) of
    |(?:are|been|being|patients|children|adults) treated (?:with|by)|who have had|candidates for
    |(?:resistant|refractory|intolerant) to|intolerance|ineligible|eligible for)\b[^.;:]*$
    |\bpost-(?!transplant)(?:\w+[- ]){0,3}$
""")
_STATE_AFTER_TREATMENT = _compiled(r"""
    \b(?:relaps\w+|progress\w*|refractory|recurr\w+|remission|resistant)
    (?:(?: [^\s.;:]+){0,2} (?:after|following|post)| (?:to|on|from|of))(?: [^\s.;:]+){0,3} $
    |\b(?:fail\w*|prior|previous\w*)(?: [^\s.;:]+){0,4} $
    |\b(?:patients|children|adults|survivors) (?:after|following|post|treated (?:with|by))[ ]
    (?:[^\s.;:]+ ){0,2}$
""")
_BEFORE_STUDY_TREATMENT = re.compile(
    r"\b(?:time of|prior to|before|until|eligible for|exclusions? for|candidates? for|to receive"
    r"|day of|for) (?:[^\s.;:]+ ){0,3}$"
)
_STUDY_TREATMENT_EVENT = re.compile(
    r"(?: cells?| therapy| product)*(?:'s?)?"
    r" (?:infusions?|administration|collection|manufactur\w*)\b"
)
_EARLIER_PRODUCT = re.compile(
    r"\b(?:(?<!days )(?<!weeks )(?<!months )prior|previous(?:ly)?|earlier|another|other|recent"
    r"|last)\b[^.;:]{0,30}$"
)
_DENIED_TREATMENT = re.compile(
    r"\b(?:no|not|never|without|na[iï]ve|ineligible|exclud\w+)\b[^.;:]{0,90}$"
)
_WASHOUT = _compiled(r"""
    \b(?:within|less than|fewer than|in the (?:last|past|preceding)|during the (?:last|past)
    |at least|more than|minimum of|after|since|prior to|before|[<>≤≥]=?)
    [^.;:]{0,40}?\d+[^.;:]{0,12}?(?:days?|weeks?|months?|years?|half[- ]li\w+)
    |\d+ (?:days?|weeks?|months?|years?)\b[^.;:]{0,40}
    \b(?:since|after|from|wash-?out|elapsed|prior|before|must)
    |wash-?\s?out
""")
_ALLOWANCE = re.compile(
    r"\b(?<!not )(?:allowed|permitted|eligible|acceptable|may have|can have|not exclu\w+)\b"
)
_BAN = re.compile(r"\b(?:not (?:allowed|permitted|eligible)|excluded|ineligible)\b")
_RECEIVED = _compiled(r"""
    \b(?:prior(?! to)|previous(?:ly)?|earlier|after|following|fail\w*|relaps\w*|received
    |history of|had|undergone|since|post|exposed|exposure|past|refractory to|treated with
    |recipients? of|treatment with|pre-?treated|progress\w+)\b
""")
_OTHER_TARGET = re.compile(
    r"\b[a-z0-9/-]+[- ](?:directed|targeted|specific)\b[^.;:]{0,90}\b(?:includ\w+|such as|e\.g)\b"
)
_QUALIFICATION = _compiled(r"""
    \b(?:unless|except|if|associated with|complicated by|resulting in|that (?:caused|resulted)
    |related to|due to)\b|with (?:an? )?(?:history|grade|[≥>]|severe|persist)
""")
_NEAR_LETTERS = 45
_SHORT_LETTERS = 90  # an exclusion criterion that names a treatment, and little else


def is_past_treatment(before: str) -> bool:
    """Return whether a title's words make the treatment after them one that is not studied."""
    return bool(_PAST_TREATMENT_BEFORE.search(before))


def title_admits_after(context: Context) -> str:
    """Return YES if a title is about people who had a treatment, otherwise NOT_STATED."""
    return YES if _STATE_AFTER_TREATMENT.search(context.before) else NOT_STATED


def exclusion_admits_after(context: Context) -> str:
    """Return whether an exclusion admits people who had a treatment: YES, NO or NOT_STATED."""
    before, after = context.before, context.after
    if _is_studied(context) or _OTHER_TARGET.search(before):
        return NOT_STATED
    is_earlier = _RECEIVED.search(before) or _RECEIVED.search(after)
    if not is_earlier and len(context.words) >= _SHORT_LETTERS:
        return NOT_STATED
    if _ALLOWANCE.search(after) or _WASHOUT.search(context.sentence):
        return YES
    return NOT_STATED if _QUALIFICATION.search(after) else NO


def inclusion_admits_after(context: Context) -> str:
    """Return whether an inclusion admits people who had a treatment: YES, NO or NOT_STATED."""
    before, after = context.before, context.after
    if _is_studied(context):
        return NOT_STATED
    has_washout = bool(_WASHOUT.search(context.sentence))
    if _DENIED_TREATMENT.search(before):
        return YES if has_washout else NO
    if _BAN.search(after):
        return NO
    is_received = _RECEIVED.search(before, max(0, len(before) - _NEAR_LETTERS))
    return YES if has_washout or is_received or _ALLOWANCE.search(after) else NOT_STATED


def _is_studied(context: Context) -> bool:
    """Return whether the studied treatment is meant: "within 14 days of the infusion"."""
    if _BEFORE_STUDY_TREATMENT.search(context.before):
        return True
    is_event = _STUDY_TREATMENT_EVENT.match(context.after)
    return bool(is_event) and not _EARLIER_PRODUCT.search(context.before)
