"""New entries as messages: one for each night and channel, pushed or mailed.

New entries are those of a channel's feed that it did not have with an earlier log. Nothing here
remembers what was sent; .github/scripts/announce.sh does, by marks in git. ntfy is reached over
HTTP, everything else through Apprise (only in `_apprise`). The answer of a channel and its address
are never printed: they may contain a secret.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import requests

from monitor.catalog import Catalog, Entry, summarize
from monitor.content import NO_ADDRESS, Channel, Publisher, leads_nowhere, read_content
from monitor.data import changelog
from monitor.exports import Feed, FeedItem, feeds_of, summary
from monitor.problems import Problem, Refused
from monitor.reports.escape import plain
from monitor.reports.git import committed, extract
from monitor.text import many, sentence, shortened
from monitor.website import NOBODY, read_catalog

ADDRESSES = "ANNOUNCE_ADDRESSES"
"""The environment's variable with a line for each channel: its name, a space, its address."""

NTFY_BYTES = 3_500  # of a message; ntfy makes an attachment of more than 4,096
MAIL_CHARACTERS = 30_000
LONGEST_TITLE = 120
TIMEOUT = (10, 30)  # seconds: to connect, to answer
NTFY_KEEPS = timedelta(hours=11)  # messages; ntfy.sh and a server's default have 12 hours
AGAIN = "You may already have these. An earlier message may not have arrived:"


@dataclass(frozen=True)
class Item:
    """An entry in a message."""

    id: str
    title: str
    summary: str
    url: str
    is_again: bool = False  # it was in a message that may not have arrived


@dataclass(frozen=True)
class Announcement:
    """A message to one channel."""

    channel: str  # its name
    ntfy: str  # address of its server; "" for a channel whose address is a secret
    topic: str  # there
    title: str
    items: tuple[Item, ...]  # new ones before those that are sent again, the weightiest first
    url: str  # of the page with all entries
    notes: tuple[str, ...]  # lines at the end

    def dump(self) -> str:
        """Return it as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def load(text: str) -> "Announcement":
        """Read it from JSON."""
        value = json.loads(text)
        items = tuple(Item(**item) for item in value["items"])
        return Announcement(**{**value, "items": items, "notes": tuple(value["notes"])})


class Failed(Exception):
    """A channel did not take a message, in words without a secret."""


class Unanswered(Exception):
    """A message was sent, and nobody answered whether it arrived."""


def channels(root: Path, publisher: Publisher = NOBODY) -> list[str]:
    """Return the names of the channels. Raises Refused where another repository names them."""
    problems: list[Problem] = []
    site = read_content(root, problems).site.completed(publisher)
    if problems:
        raise Refused(*problems)
    if publisher.repository not in ("", site.repository):
        raise Refused(f"{publisher.repository} is not the repository in content/site.yaml")
    return [channel.name for channel in site.channels]


def announcements(
    root: Path,
    publisher: Publisher = NOBODY,
    since: str = "",
    names: Sequence[str] = (),
    unsure_since: str = "",
    mark: str = "",
) -> Iterator[Announcement]:
    """Yield a message for each channel (each of `names`) with new entries.

    `since` is a date (ISO: entries of that day and later), a git revision, or "" for the last
    night. The entries between the revision `unsure_since` and `since` follow in a part of their
    own. ntfy messages end in `mark`, by which `arrived` recognizes them. Raises Refused where a
    channel or a revision does not exist.
    """
    catalog = read_catalog(root, publisher)
    every = {channel.name: channel for channel in catalog.site.channels}
    if unknown := sorted(set(names) - every.keys()):
        raise Refused(*(f"content/site.yaml has no channel {name!r}" for name in unknown))
    now = _by_address(catalog)
    before = _by_address(_as_it_was(root, catalog, since))
    sure = _by_address(_as_it_was(root, catalog, unsure_since)) if unsure_since else before
    for channel in (every[name] for name in names or every):
        feed = now.get(channel.feed.removeprefix("/"))
        if feed is None:
            raise Refused(f"channel {channel.name}: there is no feed at {channel.feed}")
        sent, arrived = (_ids(feeds.get(feed.address)) for feeds in (before, sure))
        new = [item for item in feed.entries if item.id not in sent]
        again = [item for item in feed.entries if item.id in sent - arrived]
        if new or again:
            yield _announcement(catalog, channel, feed.disease, new, again, mark)


def _ids(feed: Feed | None) -> set[str]:
    return {item.id for item in feed.entries} if feed else set()


def _by_address(catalog: Catalog) -> dict[str, Feed]:
    return {each.address: each for feed in feeds_of(catalog) for each in feed.both}


def _as_it_was(root: Path, catalog: Catalog, since: str) -> Catalog:
    """Return today's catalog with the log of another day or revision."""
    day = _date(since or catalog.last_check.checked)
    if day:
        log = [change for change in catalog.log if change.date < day.isoformat()]
        return catalog.with_log(log, (day - timedelta(days=1)).isoformat())
    with TemporaryDirectory() as folder:
        extract(root, since, "data", Path(folder))
        problems: list[Problem] = []
        log = changelog.read(Path(folder), problems)
        path = Path(folder) / "data/registry.json"
        checked = json.loads(path.read_bytes())["checked"] if path.exists() else ""
    return catalog.with_log(log, checked)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _announcement(
    catalog: Catalog,
    channel: Channel,
    disease: str,
    new: Sequence[FeedItem],
    again: Sequence[FeedItem],
    mark: str,
) -> Announcement:
    base = catalog.site.url
    items = tuple(
        Item(item.id, plain(item.title), plain(_rest(catalog, item)), base + item.address, is_again)
        for part, is_again in ((new, False), (again, True))
        for item in _by_weight(part)
    )
    if len(items) == 1:
        title, url = items[0].title, items[0].url
    else:
        title = plain(_headline(catalog, disease, new or again)) or many(len(items), "entry")
        url = f"{base}changes/"
    compiled = (
        "" if catalog.last_check.is_fetched else "Compiled data, not fetched from the registry."
    )
    fragment = f"#{mark}" if mark and channel.ntfy else ""
    notes = (compiled, f"Not medical advice. About these messages: {base}feeds/{fragment}")
    topic = catalog.site.topic_of(channel) if channel.ntfy else ""
    title = shortened(title if new else f"Perhaps sent before: {title}", LONGEST_TITLE)
    lines = tuple(filter(None, notes))
    return Announcement(channel.name, channel.ntfy, topic, title, items, url, lines)


def _by_weight(items: Sequence[FeedItem]) -> list[FeedItem]:
    entries = [item for item in items if isinstance(item, Entry)]
    entries.sort(key=attrgetter("weight"))
    return [*entries, *(item for item in items if not isinstance(item, Entry))]


def _headline(catalog: Catalog, disease: str, items: Sequence[FeedItem]) -> str:
    """Return how many trials opened, closed and so on; in a disease's channel only for that one."""
    entries = [item for item in items if isinstance(item, Entry)]
    nights = [(entry, night) for entry in entries for night in entry.nights]
    if disease:
        nights = [(entry, replace(night, diseases=(disease,))) for entry, night in nights]
    return summarize(catalog, [replace(entry, nights=(night,)) for entry, night in nights]).headline


def _rest(catalog: Catalog, item: FeedItem) -> str:
    """Return its summary without the words that are in its title."""
    words = summary(catalog, item)
    if not isinstance(item, Entry) or item.digest_of:
        return words
    messages = sentence(item.all_messages)
    is_in_title = item.title.startswith(f"{messages.removesuffix('.')}: ")
    return words.removeprefix(messages).lstrip() if is_in_title else words


# In words


def text(announcement: Announcement, room: int, size: Callable[[str], int] = len) -> str:
    """Return the longest body that has at most this size.

    Each entry with its summary and link; or only the titles; or the first titles and a count of
    the others.
    """
    fewer = range(len(announcement.items) - 1, -1, -1)
    forms = (_whole, _titles, *map(_shortened, fewer))
    for form in forms:
        body = "\n".join([*form(announcement), "", *announcement.notes]).lstrip()
        if size(body) <= room:
            return body
    return body


def _whole(announcement: Announcement) -> Iterator[str]:
    if len(announcement.items) == 1 and not announcement.items[0].is_again:
        yield from (announcement.items[0].summary, announcement.items[0].url, "")
        return
    for item, lines in _listed(announcement.items):
        yield from (*lines, item.summary, item.url, "")


def _titles(announcement: Announcement) -> Iterator[str]:
    for _, lines in _listed(announcement.items):
        yield from lines
    yield f"All of it: {announcement.url}"


def _shortened(count: int) -> Callable[[Announcement], Iterator[str]]:
    def lines(announcement: Announcement) -> Iterator[str]:
        for _, entry in _listed(announcement.items[:count]):
            yield from entry
        yield f"And {len(announcement.items) - count} more: {announcement.url}"

    return lines


def _listed(items: Sequence[Item]) -> Iterator[tuple[Item, list[str]]]:
    """Yield each item with its title's line, and the line before the first that is sent again."""
    first = next((item for item in items if item.is_again), None)
    for item in items:
        yield item, [*([AGAIN, ""] if item is first else []), f"• {item.title}"]


def printed(announcement: Announcement) -> str:
    """Return a message as a dry run shows it."""
    head = f"# {announcement.channel}: {announcement.title}"
    return f"{head}\n\n{text(announcement, MAIL_CHARACTERS)}\n"


# Sending


def send_all(announcements: Sequence[Announcement], environment: Mapping[str, str]) -> None:
    """Send messages, and print what was sent.

    Raises Refused with those that failed, or else Unanswered with those that may have arrived.
    """
    failed, unanswered = [], []
    for announcement in announcements:
        try:
            send(announcement, environment)
        except Failed as error:
            failed.append(f"{announcement.channel}: {error}")
        except Unanswered as error:
            unanswered.append(f"{announcement.channel}: {error}")
        else:
            print(f"{announcement.channel}: {many(len(announcement.items), 'entry')} sent")
    if failed:
        raise Refused(*failed)
    if unanswered:
        raise Unanswered("\n".join(unanswered))


def send(announcement: Announcement, environment: Mapping[str, str]) -> None:
    """Send a message to its channel. Raises Failed or Unanswered."""
    if leads_nowhere(announcement.url):
        raise Failed(NO_ADDRESS)
    secret = _addresses(environment).get(announcement.channel, "")
    if announcement.ntfy:
        _ntfy(announcement, secret)
    elif secret:
        _apprise(secret, announcement)
    else:
        raise Failed(f"{ADDRESSES} has no address for it")


def _addresses(environment: Mapping[str, str]) -> dict[str, str]:
    lines = (line.split(maxsplit=1) for line in environment.get(ADDRESSES, "").splitlines())
    return {parts[0].rstrip(":"): parts[1].strip() for parts in lines if len(parts) == 2}


def _ntfy(announcement: Announcement, token: str) -> None:
    """Publish to a topic: https://docs.ntfy.sh/publish/#publish-as-json."""
    server = announcement.ntfy.rstrip("/")
    message = {
        "topic": announcement.topic,
        "title": announcement.title,
        "message": text(announcement, NTFY_BYTES, lambda body: len(body.encode())),
        "click": announcement.url,
    }
    try:
        answer = _request("POST", f"{server}/", token, json=message)
    except requests.ReadTimeout:
        raise Unanswered(f"{_host(server)} did not answer in time") from None
    except requests.RequestException as error:
        raise Failed(f"{_host(server)}: {type(error).__name__}") from None
    if answer.status_code != requests.codes.ok:
        raise Failed(f"{_host(server)} answered {answer.status_code}")


def arrived(
    root: Path,
    name: str,
    mark: str,
    now: datetime,
    environment: Mapping[str, str],
    publisher: Publisher = NOBODY,
) -> str:
    """Return "yes", "no" or "unknown": whether a channel has the message that ends in `mark`.

    `mark` is the commit whose log was sent. Only ntfy can be asked. Its "no" counts as long as it
    keeps its messages: https://docs.ntfy.sh/subscribe/api/#poll-for-messages.
    """
    catalog = read_catalog(root, publisher)
    channel = next(channel for channel in catalog.site.channels if channel.name == name)
    if not channel.ntfy:
        return "unknown"
    token = _addresses(environment).get(name, "")
    url = f"{channel.ntfy.rstrip('/')}/{catalog.site.topic_of(channel)}/json"
    try:
        answer = _request("GET", url, token, params={"poll": "1", "since": "all"})
    except requests.RequestException:
        return "unknown"
    if answer.status_code != requests.codes.ok:
        return "unknown"
    if mark in answer.text:
        return "yes"
    is_kept = now - committed(root, mark) < NTFY_KEEPS
    return "no" if is_kept else "unknown"


def _request(method: str, url: str, token: str, **content: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.request(
        method, url, headers=headers, timeout=TIMEOUT, allow_redirects=False, **content
    )


def _host(url: str) -> str:
    return urlsplit(url).hostname or "the server"


def _apprise(address: str, announcement: Announcement) -> None:
    try:
        import apprise  # noqa: PLC0415  # its own extra: nothing else needs it
    except ImportError:
        raise Failed("this needs Apprise: pip install 'clinical-trial-monitor[announce]'") from None
    log = logging.getLogger("apprise")  # its lines hold addresses
    log.handlers, log.propagate = [logging.NullHandler()], False
    try:
        service = apprise.Apprise.instantiate(address)
        if not isinstance(service, apprise.NotifyBase):
            raise Failed("Apprise does not know this kind of address")
        room = min(service.body_maxlen, MAIL_CHARACTERS)
        body = text(announcement, room)
        title = announcement.title
        taken = service.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT)
    except Failed:
        raise
    except Exception as error:
        raise Failed(f"Apprise: {type(error).__name__}") from None
    if not taken:
        raise Failed("the service did not take it")
