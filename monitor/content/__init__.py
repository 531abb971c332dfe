"""What people write: read and checked."""

from monitor.content.claims import LIFE, MIXED, NOTHING, Claims, Span, limits, statements
from monitor.content.front_matter import Place
from monitor.content.glossary import Glossary
from monitor.content.markdown_checks import PLACEHOLDER, Text, nesting, split_trial_lists
from monitor.content.reader import Content, Disease, Page, TrialText, read_content
from monitor.content.schema import Treatment
from monitor.content.site import Publisher, Site, address

__all__ = [
    "LIFE",
    "MIXED",
    "NOTHING",
    "PLACEHOLDER",
    "Claims",
    "Content",
    "Disease",
    "Glossary",
    "Page",
    "Place",
    "Publisher",
    "Site",
    "Span",
    "Text",
    "Treatment",
    "TrialText",
    "address",
    "limits",
    "nesting",
    "read_content",
    "split_trial_lists",
    "statements",
]
