"""What people write: read and checked."""

from monitor.content.claims import LIFE, MIXED, NOTHING, Claims, Span, limits, statements
from monitor.content.front_matter import Place
from monitor.content.glossary import Glossary
from monitor.content.helplines import Helpline
from monitor.content.markdown_checks import PLACEHOLDER, Text, split_trial_lists
from monitor.content.reader import Content, Disease, Guide, Page, TrialText, read_content
from monitor.content.schema import Channel, Site, Treatment
from monitor.content.sources import Citation, Sources, with_notes
from monitor.content.trials_block import TrialsBlock
from monitor.content.vocabulary import PERSON, TREATMENT, Facet, Value, Vocabulary

__all__ = [
    "LIFE",
    "MIXED",
    "NOTHING",
    "PERSON",
    "PLACEHOLDER",
    "TREATMENT",
    "Channel",
    "Citation",
    "Claims",
    "Content",
    "Disease",
    "Facet",
    "Glossary",
    "Guide",
    "Helpline",
    "Page",
    "Place",
    "Site",
    "Sources",
    "Span",
    "Text",
    "Treatment",
    "TrialText",
    "TrialsBlock",
    "Value",
    "Vocabulary",
    "limits",
    "read_content",
    "split_trial_lists",
    "statements",
    "with_notes",
]
