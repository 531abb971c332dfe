"""content/site.yaml: the website's name, address, repository and channels.

An address, a repository and a branch that the file leaves out come from the Publisher.
"""

from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlsplit

from monitor.content.front_matter import STRICT, Field, Words, model
from monitor.content.web_addresses import BaseAddress
from monitor.text import slug_of

NOWHERE = "https://not-published.example/"
"""The address of a website that is not published."""
NO_ADDRESS = "content/site.yaml has no url, so its links would lead nowhere"


def leads_nowhere(url: str) -> bool:
    """Return whether an address is on a website that is not published."""
    return url.startswith(NOWHERE)


_PLACEHOLDERS = (".example", ".invalid", ".test")  # reserved hosts
_OWNERS = ("owner", "<owner>", "your-name", "example")  # of a repository or of its pages


@dataclass(frozen=True)
class Publisher:
    """Defaults from the machine that publishes; each "" where it has none."""

    url: str = ""  # address of the website
    repository: str = ""  # address of its repository
    branch: str = ""  # that it is built from


@model(frozen=True, config=STRICT)
class Channel:
    """A destination of a feed's new entries, in one message a night: see docs/alerts.md."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
    feed: Annotated[str, Field(pattern=r"^/([a-z0-9-]+/)*$")]  # the address of its folder
    ntfy: BaseAddress = ""  # a server; "": the address is in a secret, for Apprise
    topic: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,64}$")] = ""  # there; "": see topic_of


@model(frozen=True, config=STRICT)
class Site:
    """The content of content/site.yaml. Optional addresses come from the Publisher."""

    name: Words
    began: Annotated[int, Field(ge=2020, le=2100)]  # year, in the id of every entry: never changes
    description: Words
    url: BaseAddress = ""  # where it is published
    id_host: Annotated[str, Field(pattern=r"^([a-z0-9.-]+)?$")] = ""  # in every id: never changes
    repository: BaseAddress = ""  # for corrections
    branch: Annotated[str, Field(pattern=r"^[^\s~^:?*\[\\]*$")] = ""  # for corrections
    channels: tuple[Channel, ...] = ()

    @property
    def host(self) -> str:
        """Return the host in the id of every entry: by default that of the address."""
        return self.id_host or urlsplit(self.url).hostname or ""

    def topic_of(self, channel: Channel) -> str:
        """Return the ntfy topic of a channel.

        The default contains the names of owner and repository, so that a fork has its own.
        """
        prefix = urlsplit(self.repository).path or self.name
        return channel.topic or f"{slug_of(prefix)[: 60 - len(channel.name)]}-{channel.name}"

    def completed(self, publisher: Publisher) -> "Site":
        """Return the site with the publisher's values for those that it lacks."""
        return replace(
            self,
            url=(self.url or publisher.url or NOWHERE).rstrip("/") + "/",
            repository=self.repository or publisher.repository,
            branch=self.branch or publisher.branch or "main",
        )

    def placeholders(self) -> list[str]:
        """Return a line for each placeholder that prevents publishing."""
        lines = []
        for name, value in (("url", self.url), ("repository", self.repository)):
            host = urlsplit(value).hostname or ""
            owner = urlsplit(value).path.strip("/").partition("/")[0].lower()
            if name == "url":
                owner = host.removesuffix(".github.io")
            if host.endswith(_PLACEHOLDERS) or owner in _OWNERS:
                lines.append(f"{name}: {value} is a placeholder: {_REMEDY[name]}")
        if self.id_host.endswith(_PLACEHOLDERS):
            lines.append(f"id_host: {self.id_host} is a placeholder: {_REMEDY['url']}")
        return lines


_REMEDY = {
    "url": "write the site's own address, or take the line out and GitHub Pages says it. Its host"
    " becomes part of every feed entry's id, for ever",
    "repository": "write the repository's own address, or take the line out",
}
