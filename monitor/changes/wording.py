"""Puts a Change into words. No other file phrases what happened.

Pages, feeds and the commit message all use it. It gives text, never HTML: whoever renders escapes.
Reasons are quoted from the sponsor or named as missing, never guessed.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from monitor.changes.marked_text import (
    ADDED,
    REMOVED,
    Line,
    Message,
    Run,
    apart,
    both,
    detail,
    items,
    line,
    names,
    number,
)
from monitor.changes.outcomes import core
from monitor.changes.watched import days_moved
from monitor.data import MINOR, Change, is_plain
from monitor.registry import terms
from monitor.text import capitalized, many, shortened, without_direction_marks, words

InWords = Callable[[Sequence[Any]], str]


def _each(words: Callable[[Any], str]) -> InWords:
    return lambda values: "; ".join(map(words, values))


def _flag(yes: str, no: str) -> InWords:
    return _each(lambda value: yes if value else no)


def _plainly(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


_code = _each(lambda code: "not applicable" if code == "NA" else terms.name_of(code))
_age = _each(lambda age: "no limit" if age == "N/A" else age.lower())


class Field(NamedTuple):
    """A field of a study in words."""

    name: str
    in_words: InWords = _each(_plainly)  # of its value, or its values


_FIELDS = {
    "minimum_age": Field("minimum age", _age),
    "maximum_age": Field("maximum age", _age),
    "sex": Field("sex", _code),
    "healthy_volunteers": Field("healthy volunteers", _flag("accepted", "not accepted")),
    "study_type": Field("study type", _code),
    "phases": Field("phase", terms.phase),
    "allocation": Field("allocation", _code),
    "intervention_model": Field("intervention model", _code),
    "masking": Field("masking", _code),
    "primary_purpose": Field("primary purpose", _code),
    "brief_title": Field("title"),
    "official_title": Field("official title"),
    "acronym": Field("acronym"),
    "lead_sponsor": Field("lead sponsor"),
    "brief_summary": Field("brief summary"),
    "detailed_description": Field("detailed description"),
    "primary_outcomes": Field("primary outcome measure"),
    "secondary_outcomes": Field("secondary outcome measure"),
    "inclusion_criteria": Field("inclusion criterion"),
    "exclusion_criteria": Field("exclusion criterion"),
    "criteria": Field("eligibility criterion"),
    "interventions": Field("intervention"),
    "arms": Field("arm"),
    "conditions": Field("condition"),
    "keywords": Field("keyword"),
    "references": Field("publication"),
    "see_also": Field("link"),
    "collaborators": Field("collaborator"),
    "documents": Field("document"),
    **{field: Field(name) for field, name in terms.ALL_DATES.items()},
}
"""The fields of Study that are watched, and their values, in words."""


def _field(name: str) -> Field:
    return _FIELDS.get(name) or Field(name.replace("_", " "))


# A change


def describe(change: Change) -> Message:
    """Return a change in words. Every kind has a row in the table below.

    It has no marks that change the direction of writing, whatever a sponsor wrote.
    """
    rule = _value if is_plain(change.kind, change.field) else _DESCRIBE[change.kind]
    message = rule(change)
    lines = (
        tuple(Run(without_direction_marks(run.text), run.mark) for run in runs)
        for runs in message.lines
    )
    shorter = tuple(map(without_direction_marks, message.shorter))
    return Message(without_direction_marks(message.title), tuple(lines), shorter)


def _status(change: Change) -> Message:
    if change.field == "why_stopped":
        was = f" (was: {terms.quoted(change.old)})" if change.old else ""
        now = terms.quoted(change.new) if change.new else "withdrawn"
        verb = "changed" if change.old and change.new else "given" if change.new else "withdrawn"
        short = f"Sponsor's stated reason {verb}"
        return Message(f"Sponsor's stated reason: {now}{was}", shorter=(short,))
    code = change.new or ""
    news = terms.status(code).news
    title, shortest = news, news.partition(":")[0]
    if code == "UNKNOWN" and change.last_known:
        title = f"{news} (last known: {terms.status(change.last_known).term.lower()})"
    elif change.old:
        title = f"{news} (was: {terms.status(change.old).term.lower()})"
    withheld = (line("The record was withheld until now."),)
    lines = withheld if change.old == "WITHHELD" else _opened(change.opened)
    return Message(f"{title}{reason_of(change)}", lines, (title, news, shortest))


def _opened(opened: Any) -> tuple[Line, ...]:
    """Return where a study opened: by name, or counted by country."""
    if isinstance(opened, dict):
        count = sum(opened.values())
        return (line(f"Open now: {many(count, 'location')} in {_ranked(opened)}"),)
    return tuple(
        line(f"Open now: {name}") for name in dict.fromkeys(map(terms.location, opened or ()))
    )


def reason_of(change: Change) -> str:
    """Return the reason that follows a status; "" where none belongs there."""
    if change.last_known:  # the status of UNKNOWN says nothing of a reason
        return ""
    if change.why_stopped:
        return f". Sponsor's stated reason: {terms.quoted(change.why_stopped)}"
    needs_reason = terms.status(change.new or "").needs_reason
    return ". No reason is given in our copy of the record" if needs_reason else ""


def _results(change: Change) -> Message:
    if change.field == "unposted_events":
        steps = [_step(event) for event in _in_order(change.new or [])]
        gone = [
            f"No longer listed: {_step(event).lower()}" for event in _in_order(change.old or [])
        ]
        return Message((steps or gone)[-1], tuple(line(step) for step in (*steps, *gone)))
    if not change.new:
        return Message("Results are no longer posted")
    if change.field == "has_results":
        return Message("Results posted")
    return Message(f"Results posted on {terms.day(change.new['date'])}")


_STEPS = {
    "RELEASE": "Results submitted to the registry, not public yet",
    "RESET": "Results returned to the sponsor after the registry's quality review",
    "UNRELEASE": "Submission of results cancelled by the sponsor",
}


def _in_order(steps: list[dict[str, str]]) -> list[dict[str, str]]:
    """Sort steps by date, those without one first."""
    dates = [step["date"] for step in steps if step.get("date")]
    newest_first = dates == sorted(dates, reverse=True) and dates != sorted(dates)
    return sorted(reversed(steps) if newest_first else steps, key=lambda step: step.get("date", ""))


def _step(event: dict[str, str]) -> str:
    step = _STEPS.get(event["type"], f"Results: {terms.name_of(event['type'])}")
    return f"{step} ({terms.day(event['date'])})" if event.get("date") else step


def _expanded_access(change: Change) -> Message:
    """Describe treatment outside the trial: whether it is offered, and by which program."""
    new, old = change.new or {}, change.old or {}
    program = new.get("nct_id") or old.get("nct_id", "")
    state = _ACCESS.get(new.get("status", ""), "can be asked for")
    if not new.get("is_offered"):
        state = "no longer offered"
    elif state == "can be asked for" and not old.get("is_offered"):
        state = "can be asked for now"
    return Message(f"Treatment outside the trial: {state}{program and f' (program {program})'}")


_ACCESS = {
    "NO_LONGER_AVAILABLE": "no longer available",
    "TEMPORARILY_NOT_AVAILABLE": "paused",
    "APPROVED_FOR_MARKETING": "ended, approved for marketing",
}


def _outcome(change: Change) -> Message:
    base, _, part = change.field.partition(".")
    what = _field(base).name
    if part == "swapped":
        return _swapped(base, change.old or [], change.new or [])
    if part:
        return detail(change, what, part)
    message = items(change, what, _measure, lambda item: core(item.get("measure", "")))
    if change.old and change.new and len(change.new) == 1:
        verb = message.title.rpartition(" ")[2]
        named = terms.quoted(shortened(change.new[0].get("measure", ""), 60))
        return Message(f"{capitalized(what)} {verb}: {named}", message.lines, (message.title,))
    if change.new is None and change.rank == MINOR and base == "primary_outcomes":
        return Message("The record lists no primary outcome at present", message.lines)
    return message


_LISTS = {
    "primary_outcomes": "primary",
    "secondary_outcomes": "secondary",
    "other_outcomes": "among the other outcomes",
}


def _swapped(base: str, removed: list[dict[str, str]], added: list[dict[str, str]]) -> Message:
    """Describe outcomes that moved from one list to another."""
    lines = [line(f"Now {_elsewhere(item)}: {_measure(item)}") for item in removed]
    lines += [line(f"Now {_LISTS[base]}: {_measure(item)}{_before(item)}") for item in added]
    lists = {item.get("elsewhere", "secondary_outcomes") for item in (*removed, *added)}
    other = "secondary" if lists == {"secondary_outcomes"} else "other"
    what = _field(base).name
    if removed and added:
        return Message(
            f"{what.partition(' ')[0].capitalize()} and {other} outcomes swapped", tuple(lines)
        )
    if added:
        title = f"{_some(len(added), f'{other} outcome measure')} became {_LISTS[base]}"
    elif other == "secondary":
        title = f"{_some(len(removed), what)} became secondary"
    else:
        verb = "is" if len(removed) == 1 else "are"
        title = f"{_some(len(removed), what)} {verb} now among the other outcomes"
    return Message(title, tuple(lines))


def _some(count: int, what: str) -> str:
    article = "An" if what[0] in "aeiou" else "A"
    return f"{article} {what}" if count == 1 else many(count, what)


def _elsewhere(item: dict[str, str]) -> str:
    """Return the list that has a measure now, and its words there."""
    where = _LISTS[item.get("elsewhere", "secondary_outcomes")]
    if "elsewhere_as" in item:
        where += f", as {terms.quoted(item['elsewhere_as'])}"
    if "elsewhere_time_frame" in item:
        frame = item["elsewhere_time_frame"]
        where += (
            f", with the time frame {terms.quoted(frame)}" if frame else ", without a time frame"
        )
    return where


def _before(item: dict[str, str]) -> str:
    """Return how the other list had a measure; "" where only the list differs."""
    has_changed = "elsewhere_as" in item or "elsewhere_time_frame" in item
    return f" (was: {_elsewhere(item)})" if has_changed else ""


def _measure(item: dict[str, str]) -> str:
    frame = item.get("time_frame")
    return f"{item.get('measure', '')} [{frame}]" if frame else item.get("measure", "")


def _value(change: Change) -> Message:
    """Describe one value for another."""
    field = _field(change.field)
    what = capitalized(field.name)
    old, new = (
        field.in_words(value if isinstance(value, list) else [] if value is None else [value])
        for value in (change.old, change.new)
    )
    if change.new is None:
        return Message(f"{what} left out (was: {old})")
    if change.old is None:
        is_flag = isinstance(change.new, bool)
        return Message(f"{what}: {new} (not given before)" if is_flag else f"{what} given: {new}")
    if len(old + new) > _LONG:
        return Message(f"{what} edited", tuple(both(old, new)))
    return Message(f"{what}: {new} (was: {old})")


_LONG = 400  # characters of both: no title has room for more


def _eligibility(change: Change) -> Message:
    base, _, part = change.field.partition(".")
    if part:
        return _moved(_field(base).name, change)
    if base.endswith("criteria"):
        return items(change, _field(base).name, _criterion, lambda item: words(_own_text(item)))
    return _value(change)


def _moved(what: str, change: Change) -> Message:
    """Describe criteria that moved below another heading."""
    lines = [
        f"{new['name']}: now {_below(new['above'])} (was: {_below(old['above'])})"
        for old, new in zip(change.old, change.new, strict=True)
    ]
    name = change.new[0]["name"]
    which = f": {name}" if len(lines) == 1 and len(name) <= _SHORT else ""
    title = f"{number(len(lines), what)} moved{which}"
    return Message(title, tuple(map(line, lines)))


def _below(above: str) -> str:
    return f"below {terms.quoted(above.rstrip(' :'))}" if above else "on its own"


def _criterion(item: Any) -> str:
    """Return a criterion with the beginning of the heading above it."""
    if isinstance(item, str):
        return item
    above = item["above"]
    if len(above) > _SHORT:
        above = f"{above[:_SHORT].rsplit(' ', 1)[0]} …"
    return f"{item['text']} ({_below(above)})"


_SHORT = 80  # characters


def _own_text(item: Any) -> str:
    return item if isinstance(item, str) else str(item["text"])


def _arms(change: Change) -> Message:
    base, _, part = change.field.partition(".")
    what = _field(base).name
    return detail(change, what, part) if part else names(change, what, "renamed")


def _enrollment(change: Change) -> Message:
    old, new = change.old, change.new
    if not new:
        return Message(f"Number of participants left out (was: {_size(old)})")
    if not old:
        return Message(f"Number of participants given: {_size(new)}")
    now, was = f"{new['count']:,}", f"{old['count']:,}"
    types = old.get("type"), new.get("type")
    if types[1] == "ACTUAL" != types[0]:
        title = f"{now} enrolled ({was} planned)"
    elif types == ("ACTUAL", "ESTIMATED"):
        title = f"{now} planned ({was if old['count'] else 'nobody'} had been enrolled)"
    elif not types[1]:
        title = f"Participants, planned or actual: {now} (was: {was})"
    elif new["count"] == old["count"]:
        title = f"Participants: {_size(new)} (was: {_size(old)})"
    else:
        word = "enrolled" if types[1] == "ACTUAL" else "planned"
        size = "Fewer" if new["count"] < old["count"] else "More"
        title = f"{size} participants {word}: {now} (was {was})"
    return Message(title)


def _size(size: dict[str, Any]) -> str:
    return terms.enrollment(size["count"], size.get("type", ""))


def _dates(change: Change) -> Message:
    what, old, new = _field(change.field).name, change.old, change.new
    if not new:
        return Message(f"{capitalized(what)} date left out (was: {terms.day(old['date'])})")
    if not old:
        return Message(f"{capitalized(what)} date given: {terms.day(new['date'])}")
    days = days_moved(old["date"], new["date"])
    certain = "" if old["date"].count("-") == new["date"].count("-") else "at least "
    moved = f", {certain}{terms.shift(days)}" if days else ""
    if new.get("type") == "ACTUAL" and old.get("type") != "ACTUAL":
        planned = f" (planned: {terms.day(old['date'])}{moved})" if days else ""
        verb = {"start_date": "Started"}.get(change.field, f"{capitalized(what)} reached")
        return Message(f"{verb} {terms.day(new['date'])}{planned}")
    way = "Later" if days > 0 else "Earlier" if days < 0 else ""
    if old.get("type") == "ACTUAL" and new.get("type") == "ESTIMATED":
        way = f"Date no longer final, and {way.lower()}" if way else "Date no longer final"
    was = f" (was {terms.day(old['date'])}{moved})" if new["date"] != old["date"] else ""
    title = f"{way}: {what} {terms.day(new['date'])}{was}"
    brief = f"{capitalized(what)} {terms.shift(days)}: {terms.day(new['date'])}"
    return Message(title, shorter=(title, brief) if way in ("Later", "Earlier") else ())


def _locations(change: Change) -> Message:
    """Describe places that came, went, were renamed or have another status."""
    old, new = change.old, change.new
    if change.field == "locations.name":
        lines = [
            f"{terms.location(was)}: now {_facility(now)}"
            for was, now in zip(old, new, strict=True)
        ]
        return _one_or_many(
            lines, "Location under another name: ", "under another name", new, "Location renamed"
        )
    if change.field == "locations.status":
        codes = {item.get("status", "") for item in new}
        now = terms.status(codes.pop()).term.lower() if len(codes) == 1 else ""
        lines = [
            f"{terms.location(after)}: {terms.status(after.get('status', '')).term.lower()}"
            f" (was: {terms.status(before.get('status', '')).term.lower()})"
            for before, after in zip(old, new, strict=True)
        ]
        verb = f"now {now}" if now else "with a changed status"
        return _one_or_many(lines, "", verb, new, f"Location {verb}")
    if new:
        waiting = {item.get("status", "RECRUITING") for item in new} - {"RECRUITING"}
        lines = [
            terms.location(item)
            + (f" ({terms.status(code).term.lower()})" if code in waiting else "")
            for item, code in ((item, item.get("status", "")) for item in new)
        ]
        return _one_or_many(lines, "New location: ", "added", new, "New location")
    lines = [terms.location(item) for item in old]
    return _one_or_many(
        lines, "No longer listed: ", "no longer listed", old, "Location no longer listed"
    )


def _one_or_many(
    lines: list[str], one: str, verb: str, places: list[dict[str, Any]], head: str
) -> Message:
    """Return a message: one place by its name, or several by their number."""
    if len(lines) == 1:
        shorter = tuple(f"{head}: {form(places[0])}" for form in (_brief, _town))
        return Message(one + lines[0], shorter=shorter)
    counts = Counter(item["country"] for item in places if item.get("country"))
    what = f"{many(len(lines), 'location')} {verb}"
    title = f"{what} in {_ranked(counts)}" if counts else what
    brief = f"{what} in {many(len(counts), 'country')}"
    if len(lines) > MOST_LINES:
        lines = list(_lines_by_country(places))
    shorter = (title, brief, what) if len(counts) > 1 else (title, what)
    return Message(title, tuple(map(line, lines)), shorter)


def _brief(location: dict[str, Any]) -> str:
    """Return a place in few words: the beginning of its name, city, country."""
    facility = location.get("facility", "")
    if len(facility) > 36:
        facility = shortened(facility.partition(" (")[0], 36)
    return terms.location({**location, "facility": facility, "state": ""})


def _town(location: dict[str, Any]) -> str:
    """Return the city and country of a place, or whichever it has."""
    town = {key: location[key] for key in ("city", "country") if location.get(key)}
    return terms.location(town or location)


def _facility(location: dict[str, Any]) -> str:
    return str(location.get("facility") or terms.location(location))


MOST_LINES = 30  # with more places, each country has one line
MOST_NAMED = 12  # places in such a line
MOST_COUNTRIES = 3  # in a title


def _lines_by_country(places: list[dict[str, Any]]) -> Iterator[str]:
    by_country: dict[str, list[str]] = defaultdict(list)
    for item in places:
        name = ", ".join(filter(None, (item.get("facility"), item.get("city"))))
        by_country[item.get("country", "")].append(name)
    ranked = sorted(by_country.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    for country, facilities in ranked:
        more = len(facilities) - MOST_NAMED
        rest = f"; and {more:,} more" if more > 0 else ""
        head = f"{country or 'Country not given'} ({len(facilities):,})"
        yield f"{head}: {'; '.join(filter(None, facilities[:MOST_NAMED]))}{rest}"


def _ranked(counts: Mapping[str, int]) -> str:
    """Return "Italy (2), Spain (1)", the most first; of many countries how many more."""
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    if len(ranked) == 1:
        return ranked[0][0]
    first = ranked if len(ranked) <= MOST_COUNTRIES + 1 else ranked[:MOST_COUNTRIES]
    named = ", ".join(f"{name} ({count:,})" for name, count in first)
    more = len(ranked) - len(first)
    return f"{named} and {many(more, 'other country')}" if more else named


def _sponsor(change: Change) -> Message:
    return (
        _value(change)
        if change.field == "lead_sponsor"
        else names(change, _field(change.field).name)
    )


def _texts(change: Change) -> Message:
    what = _field(change.field).name
    if change.field in ("conditions", "keywords"):
        return items(change, what)
    old, new = change.old or [], change.new or []
    if old and new:
        lines = [runs for pair in zip(old, new, strict=True) for runs in both(*pair)]
    else:
        lines = [(Run("Taken out: "), Run(text, REMOVED)) for text in old]
        lines += [(Run("Put in: "), Run(text, ADDED)) for text in new]
    return Message(f"{capitalized(what)} edited", tuple(lines))


def _references(change: Change) -> Message:
    base, _, part = change.field.partition(".")
    what = _field(base).name
    return detail(change, what, part) if part else items(change, what)


def _title(change: Change) -> Message:
    what = capitalized(_field(change.field).name)
    if not change.old or not change.new:
        return Message(_value(change).title.partition(" (was: ")[0])
    old, new = apart(change.old, change.new)
    title = f"{what}: {new} (was: {old})"
    return Message(title, tuple(both(change.old, change.new)), (title, f"{what} reworded"))


def _tracked(change: Change) -> Message:
    if change.old:
        return Message(f"Now also found by the search for {_searches(change.new)}")
    age = "It was registered before, or its record does not say when."
    return Message("Added to our list: an older trial, now found by our search", (line(age),))


def _left(change: Change) -> Message:
    still = "It is still in the registry, and this site's search was not edited."
    if change.new:
        return Message(f"Now found only by the search for {_searches(change.new)}", (line(still),))
    return Message("Off our list: no longer found by our search", (line(still),))


def _searches(slugs: list[str]) -> str:
    return ", ".join(slug.replace("-", " ") for slug in slugs)


def _removed(change: Change) -> Message:
    if change.new:
        return Message(f"Record merged: {change.new} took over in the registry")
    return Message("No longer in the registry")


def _plain(title: str, *lines: str) -> Callable[[Change], Message]:
    message = Message(title, tuple(map(line, lines)))
    return lambda _: message


_DESCRIBE: dict[str, Callable[[Change], Message]] = {
    "new": _plain("New in the registry"),
    "tracked": _tracked,
    "left": _left,
    "removed": _removed,
    "status": _status,
    "results": _results,
    "expanded_access": _expanded_access,
    "primary_outcome": _outcome,
    "secondary_outcome": _outcome,
    "eligibility": _eligibility,
    "arms": _arms,
    "design": _value,
    "enrollment": _enrollment,
    "dates": _dates,
    "locations": _locations,
    "sponsor": _sponsor,
    "documents": lambda change: items(change, _field(change.field).name),
    "title": _title,
    "description": _texts,
    "references": _references,
}
