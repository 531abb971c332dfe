"""Files for programs: feeds, calendars, downloads, sitemap."""

from monitor.exports import calendar, downloads, opml, sitemap
from monitor.exports.downloads import LICENCE, tables_of
from monitor.exports.feed_list import (
    FORMS,
    Feed,
    FeedItem,
    Welcome,
    editors_feed,
    feeds_of,
    missing_feeds,
    trial_feeds,
)
from monitor.exports.feeds import FeedWriter, summary

__all__ = [
    "FORMS",
    "LICENCE",
    "Feed",
    "FeedItem",
    "FeedWriter",
    "Welcome",
    "calendar",
    "downloads",
    "editors_feed",
    "feeds_of",
    "missing_feeds",
    "opml",
    "sitemap",
    "summary",
    "tables_of",
    "trial_feeds",
]
