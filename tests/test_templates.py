"""What a template may do, and what is said of one that is at fault."""

from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from monitor.pages.registry_text import unbroken
from monitor.pages.templates import Templates
from monitor.problems import Refused
from monitor.registry.study import Sponsor

IMPORT = "{% from '_parts.html' import bold %}"
BOLD = "{% macro bold(words, end='.') %}<b>{{ words }}</b>{{ end }}{% endmacro %}"


def rendered(folder: Path, template: str, **values: Any) -> str:
    (folder / "page.html").write_text(template)
    (folder / "_parts.html").write_text(BOLD)
    return Templates(folder, {"site": "A & B"}, {"loud": str.upper}).page("page.html", values)


@pytest.mark.parametrize(
    ("template", "page"),
    [
        ("{{ name }} {{ html }}", "&lt;i&gt; &amp; &#39;&#34; <i>x</i>"),
        ("{{ name|loud }}", "&lt;I&gt; &amp; &#39;&#34;"),
        ("{{ site }} {{ 3 }} {{ none }} {{ 1.5 }}", "A &amp; B 3 None 1.5"),
        ("{{ ['<'] }}", "[&#39;&lt;&#39;]"),
        ("{{ sponsor.name }} {{ table['kind'] }} {{ table.get('no', '-') }}", "A&amp;B INDUSTRY -"),
        ("{{ row[0] }} {{ row[1:] }}", "1 [2]"),
        (f"{IMPORT}{{{{ bold(3, end='!') }}}}{{{{ bold('<') }}}}", "<b>3</b>!<b>&lt;</b>."),
        ("{{ '<' ~ html }}{{ ['<', html]|join(', ') }}", "&lt;<i>x</i>&lt;, <i>x</i>"),
        ("{% for x in row if x > 1 %}{{ loop.index }}{{ x }}{% endfor %}", "12"),
    ],
)  # fmt: skip
def test_values_are_escaped_and_markup_is_not(tmp_path: Path, template: str, page: str) -> None:
    values = {
        "name": "<i> & '\"",
        "html": Markup("<i>x</i>"),
        "none": None,
        "sponsor": Sponsor("A&B"),
        "table": {"kind": "INDUSTRY"},
        "row": [1, 2],
    }
    assert rendered(tmp_path, template, **values) == page


@pytest.mark.parametrize(
    ("template", "reported"),
    [
        ("\n{{ sponsor.nmae }}", "templates/page.html:2: 'monitor.registry.study.Sponsor obj"),
        ("\n\n{{ sponser.name }}", "templates/page.html:3: 'sponser' is undefined"),
        ("{{ {}['x'] }}", "templates/page.html:1: 'dict object' has no attribute 'x'"),
        ("\n{% if %}", "templates/page.html:2: "),
        ("{% include 'no.html' %}", "templates/page.html:1: there is no template no.html"),
        (f"{IMPORT}\n{{{{ bold(x ~ '') }}}}", "templates/page.html:2: 'x' is undefined"),
        ("{{ 'x'|quiet }}", "templates/page.html:1: No filter named 'quiet'"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_template_is_reported_with_its_line(
    tmp_path: Path, template: str, reported: str
) -> None:
    with pytest.raises(Refused) as refused:
        rendered(tmp_path, template, sponsor=Sponsor("A"))
    assert str(refused.value.problems[0]).startswith(reported)


def test_a_mistake_of_our_own_is_no_mistake_of_the_template(tmp_path: Path) -> None:
    with pytest.raises(AttributeError):
        rendered(tmp_path, "{{ ours(3) }}", ours=lambda x: x.nothing)


def test_a_mistake_in_a_macro_is_reported_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "_parts.html").write_text("\n{% macro bold(x) %}\n{{ x.y }}{% endmacro %}")
    with pytest.raises(Refused) as refused:
        Templates(tmp_path, {}, {}).macro("_parts.html", "bold", "words")
    assert refused.value.problems == ["templates/_parts.html:3: 'str object' has no attribute 'y'"]


@pytest.mark.parametrize(
    "name", ["CAR-T", "obe-cel", "WU-CART-007", "e-mail", "Ph-positive", "CD19-directed", "IL-2"]
)
def test_a_line_does_not_end_within_a_name(name: str) -> None:
    assert unbroken(f"An {name}, & so on") == f'An <span class="whole">{name}</span>, &amp; so on'
    html = f'<a title="{name}">x</a>'
    assert unbroken(Markup(html)) == html  # S704: ours


@pytest.mark.parametrize(
    "word", ["event-free", "full-dose", "re- induction", "x-of-a-very-long-name"]
)
def test_a_line_may_end_within_a_plain_word(word: str) -> None:
    assert unbroken(word) == word
