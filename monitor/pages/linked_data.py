"""Structured data for search engines: schema.org in JSON-LD, for a page's head."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from monitor.catalog import Catalog, Trial
from monitor.registry import record_url, terms

SCHEMA = "https://schema.org"
Pair = tuple[str, str]
"""An address, and the name of its page or the media type of its file."""


def script(*things: Mapping[str, Any]) -> Markup:
    """Return things as a script element that no browser runs."""
    whole = {"@context": SCHEMA, "@graph": [{k: v for k, v in t.items() if v} for t in things]}
    words = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Markup(f'<script type="application/ld+json">{words}</script>')  # noqa: S704


def trial(trial: Trial, url: str) -> Mapping[str, Any]:
    """Describe a trial as a MedicalTrial."""
    study = trial.study
    described = {
        "@type": "MedicalTrial",
        "@id": url,
        "url": url,
        "name": trial.title,
        "alternateName": trial.known_as,
        "identifier": trial.nct_id,
        "description": trial.curated.header.summary if trial.curated else "",
        "sameAs": record_url(trial.nct_id),
    }
    if study is None:
        return described
    status = "" if trial.is_gone else terms.status(study.overall_status).schema_org
    conditions = [{"@type": "MedicalCondition", "name": name} for name in study.conditions]
    countries = [{"@type": "Country", "name": name} for name in study.countries]
    sponsor = study.lead_sponsor
    return {
        **described,
        "status": f"{SCHEMA}/{status}" if status else "",
        "trialDesign": f"{SCHEMA}/RandomizedTrial" if study.allocation == "RANDOMIZED" else "",
        "healthCondition": conditions,
        "studyLocation": countries,
        "sponsor": {"@type": "Organization", "name": sponsor.name} if sponsor else "",
    }


def trail(steps: Sequence[Pair]) -> Mapping[str, Any]:
    """Return the breadcrumbs of a page as JSON-LD; addresses are absolute."""
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": url}
        for number, (url, name) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def dataset(catalog: Catalog, url: str, licence: str, files: Sequence[Pair]) -> Mapping[str, Any]:
    """Describe the downloads as a Dataset; `files` are their addresses and media types."""
    return {
        "@type": "Dataset",
        "@id": url,
        "url": url,
        "name": f"{catalog.site.name}: trials and changes",
        "description": f"{catalog.site.description} Every trial that is followed, and every change"
        " that was seen, as CSV and JSON.",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "usageInfo": licence,
        "isBasedOn": "https://clinicaltrials.gov/",
        "dateModified": catalog.last_check.checked,
        "creator": {"@type": "Organization", "name": catalog.site.name, "url": catalog.site.url},
        "distribution": [
            {"@type": "DataDownload", "contentUrl": address, "encodingFormat": media}
            for address, media in files
        ],
    }
