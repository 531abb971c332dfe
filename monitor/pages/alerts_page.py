"""The page "Get alerts": the feeds and calendars, folded by part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from monitor.catalog import Catalog
from monitor.content import Site
from monitor.exports import Feed, calendar


@dataclass(frozen=True)
class Part:
    """What can be followed of one disease, or of all."""

    name: str
    short: str
    slug: str  # "" for all diseases
    leading: tuple[Feed, ...]
    groups: tuple[tuple[str, tuple[Feed, ...]], ...]  # (heading, feeds)
    calendar: str  # address
    primary: str  # address of the calendar of primary completions alone; "" for all diseases

    @property
    def contents(self) -> str:
        """Return its folded contents in one line."""
        names = [feed.label.lower() for feed in self.leading]
        names += [f"{heading.lower()} ({len(feeds)})" for heading, feeds in self.groups]
        return ", ".join([*names, "calendar"])


@dataclass(frozen=True)
class Topic:
    """Where a feed's news are pushed."""

    shown: str  # "ntfy.sh/ctm-all"
    web: str
    app: str  # opens the app on Android


def values(catalog: Catalog, feeds: Sequence[Feed]) -> dict[str, Any]:
    """Return what the template needs."""
    return {"parts": [*_parts(catalog, feeds)], "topics": topics(catalog.site)}


def _parts(catalog: Catalog, feeds: Sequence[Feed]) -> Iterator[Part]:
    by_disease = {slug: [*own] for slug, own in groupby(feeds, lambda feed: feed.disease)}
    for view in catalog.followed:
        disease, slug = view.disease, view.disease.slug
        yield _part(disease.header.name, disease.short_name, slug, by_disease[slug])
    yield _part("All diseases together", "All diseases", "", by_disease[""])


def _part(name: str, short: str, slug: str, feeds: Sequence[Feed]) -> Part:
    by_heading = [(heading, tuple(own)) for heading, own in groupby(feeds, lambda f: f.heading)]
    leading = tuple(feed for heading, own in by_heading if not heading for feed in own)
    groups = tuple((heading, own) for heading, own in by_heading if heading)
    primary = f"{slug}/{calendar.PRIMARY}" if slug else ""
    return Part(name, short, slug, leading, groups, f"{slug}/calendar.ics".lstrip("/"), primary)


def topics(site: Site) -> dict[str, Topic]:
    """Return the topic of each feed that is pushed, by the feed's address."""
    topics = {}
    for channel in site.channels:
        if channel.ntfy:
            server, topic = urlsplit(channel.ntfy), site.topic_of(channel)
            shown = f"{server.netloc}{server.path.rstrip('/')}/{topic}"
            plain = "?secure=false" if server.scheme == "http" else ""
            web = f"{server.scheme}://{shown}"
            topics[channel.feed.removeprefix("/")] = Topic(shown, web, f"ntfy://{shown}{plain}")
    return topics
