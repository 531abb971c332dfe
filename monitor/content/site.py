"""content/site.yaml: what the website is called and where it stands.

An address, a repository and a branch that the file does not name come from the machine that
publishes, which knows its own.
"""

from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlsplit

from monitor.content.front_matter import STRICT, Checked, Field, Words, model
from monitor.text import slug_of

NOWHERE = "https://not-published.example/"
"""Where a website stands that nobody has published."""

_PLACEHOLDERS = (".example", ".invalid", ".test")  # hosts that nobody can have
_OWNERS = ("owner", "<owner>", "your-name", "example")  # of a repository or of its pages


def address(given: object) -> str:
    """Return an address of the web. Raises ValueError where it is none."""
    text = str(given).strip()
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in ("https", "http") and parts.hostname and parts.port != 0
    except ValueError:  # an open bracket, a port beyond 65,535
        is_address = False
    if not is_address or any(character.isspace() for character in text):
        raise ValueError("is not an address that begins with https://")
    return text


Address = Annotated[str, Checked(lambda given: address(given) if given else "")]


@dataclass(frozen=True)
class Publisher:
    """What the machine that publishes knows; each is "" where it does not."""

    url: str = ""  # where the website will stand
    repository: str = ""  # address of the repository that it is made from
    branch: str = ""  # the branch that it is made from


@model(frozen=True, config=STRICT)
class Channel:
    """Where a feed's new entries are sent, in one message a night: see docs/alerts.md."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
    feed: Annotated[str, Field(pattern=r"^/([a-z0-9-]+/)*$")]  # the address of its folder
    ntfy: Address = ""  # a server; without one the channel's address is in a secret, for Apprise
    topic: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{0,64}$")] = ""  # there; "": see topic_of


@model(frozen=True, config=STRICT)
class Site:
    """content/site.yaml. What may be left out comes from the machine that publishes."""

    name: Words
    began: Annotated[
        int, Field(ge=2020, le=2100)
    ]  # the year; part of every feed entry's id, for ever
    description: Words
    url: Address = ""  # where it is published
    id_host: Annotated[str, Field(pattern=r"^([a-z0-9.-]+)?$")] = ""  # in every id, for ever
    repository: Address = ""  # where corrections go
    branch: Annotated[str, Field(pattern=r"^[^\s~^:?*\[\\]*$")] = ""  # that corrections go to
    channels: tuple[Channel, ...] = ()

    @property
    def host(self) -> str:
        """The host in every feed entry's id: that of the address, if none is named."""
        return self.id_host or urlsplit(self.url).hostname or ""

    def topic_of(self, channel: Channel) -> str:
        """Return the topic of a channel of ntfy.

        One that is not named has the owner's and the repository's name in it: a fork that sends,
        sends to its own.
        """
        whose = urlsplit(self.repository).path or self.name
        return channel.topic or f"{slug_of(whose)[: 60 - len(channel.name)]}-{channel.name}"

    def completed(self, publisher: Publisher) -> "Site":
        """Return the same with what it lacks taken from the publisher."""
        return replace(
            self,
            url=self.url or publisher.url or NOWHERE,
            repository=self.repository or publisher.repository,
            branch=self.branch or publisher.branch or "main",
        )

    def placeholders(self) -> list[str]:
        """Return why this can't be published, one line each: what stands for something else."""
        found = []
        for name, value in (("url", self.url), ("repository", self.repository)):
            host = urlsplit(value).hostname or ""
            owner = urlsplit(value).path.strip("/").partition("/")[0].lower()
            if name == "url":
                owner = host.removesuffix(".github.io")
            if host.endswith(_PLACEHOLDERS) or owner in _OWNERS:
                found.append(f"{name}: {value} is a placeholder: {_REMEDY[name]}")
        if self.id_host.endswith(_PLACEHOLDERS):
            found.append(f"id_host: {self.id_host} is a placeholder: {_REMEDY['url']}")
        return found


_REMEDY = {
    "url": "write the site's own address, or take the line out and GitHub Pages says it. Its host"
    " becomes part of every feed entry's id, for ever",
    "repository": "write the repository's own address, or take the line out",
}
