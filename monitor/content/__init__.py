"""Reads and checks content/: what people write by pull request."""

from monitor.content import markdown_checks
from monitor.content.addresses import ADDRESSES
from monitor.content.claims import (
    ABOUT_PEOPLE,
    LIFE,
    MIXED,
    NOTHING,
    Claims,
    claim_in_words,
    claimed_ages,
    claimed_value,
    limits,
    statements,
)
from monitor.content.front_matter import Place
from monitor.content.glossary import Glossary, Term
from monitor.content.helplines import Helpline
from monitor.content.markdown_checks import PLACEHOLDER, Text, nesting, split_trial_lists
from monitor.content.reader import Content, Disease, Guide, Page, TrialText, read_content
from monitor.content.schema import Treatment
from monitor.content.sentences import (
    CitedPassage,
    Sentence,
    cited_passages,
    sentence_spans,
    sentences,
)
from monitor.content.site import NO_ADDRESS, Channel, Publisher, Site, leads_nowhere
from monitor.content.sources import Source, Sources, keys_in, with_notes
from monitor.content.trials_block import TrialsBlock
from monitor.content.vocabulary import BY_AGE, PERSON, TREATMENT, Facet, Value, Vocabulary, plain
from monitor.content.web_addresses import base_address

__all__ = [
    "ABOUT_PEOPLE",
    "ADDRESSES",
    "BY_AGE",
    "LIFE",
    "MIXED",
    "NOTHING",
    "NO_ADDRESS",
    "PERSON",
    "PLACEHOLDER",
    "TREATMENT",
    "Channel",
    "CitedPassage",
    "Claims",
    "Content",
    "Disease",
    "Facet",
    "Glossary",
    "Guide",
    "Helpline",
    "Page",
    "Place",
    "Publisher",
    "Sentence",
    "Site",
    "Source",
    "Sources",
    "Term",
    "Text",
    "Treatment",
    "TrialText",
    "TrialsBlock",
    "Value",
    "Vocabulary",
    "base_address",
    "cited_passages",
    "claim_in_words",
    "claimed_ages",
    "claimed_value",
    "keys_in",
    "leads_nowhere",
    "limits",
    "markdown_checks",
    "nesting",
    "plain",
    "read_content",
    "sentence_spans",
    "sentences",
    "split_trial_lists",
    "statements",
    "with_notes",
]
