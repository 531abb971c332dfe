"""New entries as messages: one for each night and channel, pushed or mailed.

Which entries are new is told by two trees: what a channel's feed has now, and what it had with the
log of then. Nothing here remembers what was sent; .github/scripts/announce.sh does, by marks in
git. ntfy is asked over HTTP; all else goes through Apprise, the one door to which is `_apprise`.
What a channel answers, and where it is, is never printed: it may hold a secret.
"""

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import requests

from monitor.catalog import Catalog, Entry, summarize
from monitor.content import Channel, Publisher, read_content
from monitor.data import changelog
from monitor.exports import Feed, FeedItem, feeds_of, summary
from monitor.problems import Problem, Refused
from monitor.reports.escape import plain
from monitor.reports.git import extract
from monitor.text import cut, many, sentence
from monitor.website import NOBODY, read_catalog

ADDRESSES = "ANNOUNCE_ADDRESSES"
"""The environment's variable with a line for each channel: its name, a space, its address."""

NTFY_BYTES = 3_500  # of a message; ntfy makes an attachment of more than 4,096
MAIL_CHARACTERS = 30_000
LONGEST_TITLE = 120
TIMEOUT = (10, 30)  # seconds: to connect, to answer


@dataclass(frozen=True)
class Item:
    """An entry in a message."""

    id: str
    title: str
    summary: str
    url: str


@dataclass(frozen=True)
class Announcement:
    """What one channel is to be told."""

    channel: str  # its name
    ntfy: str  # address of its server; "" for a channel whose address is a secret
    topic: str  # there
    title: str
    items: tuple[Item, ...]  # the weightiest first
    url: str  # where all of it stands
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
    """A channel did not take a message, in words that hold no secret."""


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
    note: str = "",
) -> Iterator[Announcement]:
    """Yield what each channel (each of `names`) is to be told; nothing for one without news.

    A `note` is told in any case: that an earlier message may be missing cannot wait for news.

    `since` is a date (ISO: entries of that day and later), a git revision, or "" for the last
    night. Raises Refused where a channel or a revision is not known.
    """
    catalog = read_catalog(root, publisher)
    every = {channel.name: channel for channel in catalog.site.channels}
    if unknown := sorted(set(names) - every.keys()):
        raise Refused(*(f"content/site.yaml has no channel {name!r}" for name in unknown))
    then = _as_it_was(root, catalog, since)
    now, before = (_by_address(each) for each in (catalog, then))
    for channel in (every[name] for name in names or every):
        feed = now.get(channel.feed.removeprefix("/"))
        if feed is None:
            raise Refused(f"channel {channel.name}: there is no feed at {channel.feed}")
        old = before.get(feed.address)
        old_ids = {item.id for item in old.entries} if old else set()
        new = [item for item in feed.entries if item.id not in old_ids]
        if new or note:
            yield _announcement(catalog, channel, feed.disease, new, note)


def _by_address(catalog: Catalog) -> dict[str, Feed]:
    return {each.address: each for feed in feeds_of(catalog) for each in feed.both}


def _as_it_was(root: Path, catalog: Catalog, since: str) -> Catalog:
    """Return the catalog with the log of another day or revision, and all else as it is now."""
    day = _date(since or catalog.night.checked)
    if day:
        log = [change for change in catalog.log if change.date < day.isoformat()]
        return catalog.with_log(log, (day - timedelta(days=1)).isoformat())
    with TemporaryDirectory() as folder:
        extract(root, since, "data", Path(folder))
        problems: list[Problem] = []
        log = changelog.read(Path(folder), problems)
        night = Path(folder) / "data/registry.json"
        checked = json.loads(night.read_bytes())["checked"] if night.exists() else ""
    return catalog.with_log(log, checked)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _announcement(
    catalog: Catalog, channel: Channel, disease: str, new: Sequence[FeedItem], note: str
) -> Announcement:
    base = catalog.site.url.rstrip("/") + "/"
    entries = [item for item in new if isinstance(item, Entry)]
    entries.sort(key=lambda entry: (entry.trials[0].changes[0].order, entry.id))
    others = [item for item in new if not isinstance(item, Entry)]
    items = tuple(
        Item(item.id, plain(item.title), plain(_rest(catalog, item)), base + item.address)
        for item in (*entries, *others)
    )
    if len(items) == 1:
        title, url = items[0].title, items[0].url
    elif not items:
        title, url = note.partition(":")[0], f"{base}changes/"
    else:
        parts = [(entry, part) for entry in entries for part in entry.trials]
        if disease:  # what a trial is for besides is no news of this channel
            parts = [(entry, replace(part, diseases=(disease,))) for entry, part in parts]
        nights = [replace(entry, trials=(part,)) for entry, part in parts]
        title = plain(summarize(catalog, nights).headline) or many(len(items), "entry")
        url = f"{base}changes/"
    compiled = "" if catalog.night.is_fetched else "Compiled data, not fetched from the registry."
    note = note and f"{note} {base}changes/"
    notes = (note, compiled, f"Not medical advice. About these messages: {base}feeds/")
    topic = catalog.site.topic_of(channel) if channel.ntfy else ""
    title = cut(title, LONGEST_TITLE)
    lines = tuple(filter(None, notes))
    return Announcement(channel.name, channel.ntfy, topic, title, items, url, lines)


def _rest(catalog: Catalog, item: FeedItem) -> str:
    """Return what its summary says more than its title."""
    words = summary(catalog, item)
    said = sentence(item.whole) if isinstance(item, Entry) and not item.gap_of else ""
    is_said = bool(said) and item.title.startswith(f"{said.removesuffix('.')}: ")
    return words.removeprefix(said).lstrip() if is_said else words


# In words


def text(announcement: Announcement, room: int, size: Callable[[str], int] = len) -> str:
    """Return the body of a message that has room for so much.

    Each entry with its summary and link; where that is too long by its title, and where even those
    are, as many as there is room for and the ids of the others.
    """
    fewer = range(len(announcement.items) - 1, -1, -1)
    forms = (_whole, _titles, *map(_shortened, fewer))
    for form in forms:
        body = "\n".join([*form(announcement), "", *announcement.notes]).lstrip()
        if size(body) <= room:
            return body
    return body


def _whole(announcement: Announcement) -> Iterator[str]:
    is_alone = len(announcement.items) == 1
    for item in announcement.items:
        yield from ([] if is_alone else [f"• {item.title}"])
        yield from (item.summary, item.url, "")


def _titles(announcement: Announcement) -> Iterator[str]:
    yield from (f"• {item.title}" for item in announcement.items)
    yield f"All of it: {announcement.url}"


def _shortened(count: int) -> Callable[[Announcement], Iterator[str]]:
    def lines(announcement: Announcement) -> Iterator[str]:
        rest = announcement.items[count:]
        yield from (f"• {item.title}" for item in announcement.items[:count])
        yield f"And {len(rest)} more: {announcement.url}"

    return lines


def printed(announcement: Announcement) -> str:
    """Return a message as a dry run shows it."""
    head = f"# {announcement.channel}: {announcement.title}"
    return f"{head}\n\n{text(announcement, MAIL_CHARACTERS)}\n"


# Sending


def send_all(announcements: Sequence[Announcement], environment: Mapping[str, str]) -> None:
    """Send messages, and print what was sent. Raises Refused with those that were not taken."""
    failed = []
    for announcement in announcements:
        try:
            send(announcement, environment)
        except Failed as error:
            failed.append(f"{announcement.channel}: {error}")
        else:
            print(f"{announcement.channel}: {many(len(announcement.items), 'entry')} sent")
    if failed:
        raise Refused(*failed)


def send(announcement: Announcement, environment: Mapping[str, str]) -> None:
    """Send a message to its channel. Raises Failed where the channel surely has not taken it."""
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
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        answer = requests.post(
            f"{server}/", json=message, headers=headers, timeout=TIMEOUT, allow_redirects=False
        )
    except requests.ReadTimeout:
        return  # it was sent; whether it arrived nobody knows, and twice is worse than never
    except requests.RequestException as error:
        raise Failed(f"{_host(server)}: {type(error).__name__}") from None
    if answer.status_code != requests.codes.ok:
        raise Failed(f"{_host(server)} answered {answer.status_code}")


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
            raise Failed("its address is none that Apprise knows")
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
