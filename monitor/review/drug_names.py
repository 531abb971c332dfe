"""Names of treatments, made comparable: salts and strengths aside; and kinds of treatment."""

import re

from monitor.text import normal

_SALTS = re.compile(
    r"\b(?:hydrochloride|sulfate|sulphate|mesylate|sodium|phosphate|acetate|succinate|tartrate"
    r"|monohydrate|anhydrous|citrate|maleate|tosylate|disodium|hcl|liposomal?|pegylated)\b"
)
_APART = re.compile(r"[^a-z0-9+]+")


def key_of(name: str) -> str:
    """A name as it is compared: words without salts, marks and case, joined by single spaces."""
    plain = _SALTS.sub(" ", normal(name))
    # CAR-T, CART and CAR T are one; so are 6-MP and 6 MP.
    joined = re.sub(r"\bcar[- ]?t\b", "car t", plain)
    return " ".join(_APART.sub(" ", joined).split()) or " ".join(_APART.sub(" ", plain).split())


_CHEMOTHERAPY = (
    r"chemo\w*|cytarabine|methotrexate|vincristine|cyclophosphamide|doxorubicin|daunorubicin"
    r"|etoposide|fludarabine|mercaptopurine|asparag\w+|ifosfamide|mitoxantrone|idarubicin|busulfan"
    r"|melphalan|bendamustine|cladribine|clofarabine|azacitidine|decitabine|thioguanine|thiotepa"
)
_STEROIDS = (
    r"steroids?|corticosteroids?|predniso\w+|dexamethasone|methylprednisolone|hydrocortisone"
)
_CAR_T = r"car\)?[- ]?t\b|cart\b|chimeric antigen receptor|\w+leucel|cd19[- ]?car|car[- ][mt]\w+ed"
_TRANSPLANT = r"transplant\w*|hsct|hct|sct\b|stem cell (?:infusion|rescue)"

KINDS: dict[str, re.Pattern[str]] = {
    name: re.compile(rf"(?<![a-z])(?:{pattern})", re.IGNORECASE)
    for names, pattern in (
        (("chemotherapy", "standard chemotherapy", "chemotherapy alone"), _CHEMOTHERAPY),
        (("steroids", "steroid", "a steroid", "corticosteroids"), _STEROIDS),
        (("tki", "tkis", "a tki", "tyrosine kinase inhibitor", "tyrosine kinase inhibitors"),
         r"\w+tinib|tyrosine kinase inhibitors?|tkis?\b"),
        (("car t cells", "car-t cells", "car t", "car-t", "car t-cell therapy"), _CAR_T),
        (("transplant", "stem cell transplant", "stem cell transplantation"), _TRANSPLANT),
        (("radiotherapy", "radiation", "radiation therapy"), r"radiation|radiotherapy|irradiation"),
        (("placebo",), r"placebo"),
        (("standard of care", "standard treatment", "usual care"),
         r"standard(?: of)?[- ]?(?:care|treatment|therapy)?|usual care|soc\b"),
        (("observation", "no treatment", "no further treatment"), r"observation|no intervention"),
    )
    for name in names
}  # fmt: skip
"""Words for many drugs at once, and by which names in a record they are known. A kind that a record
does not show contradicts nothing: records name drugs, not kinds."""


_NAMES = """
blinatumomab, blincyto, amg 103
inotuzumab ozogamicin, inotuzumab, besponsa, cmc 544
tisagenlecleucel, kymriah, ctl019, tisa cel
brexucabtagene autoleucel, tecartus, kte x19, brexu cel
obecabtagene autoleucel, aucatzyl, obe cel, auto1
axicabtagene ciloleucel, yescarta, axi cel, kte c19
lisocabtagene maraleucel, breyanzi, liso cel, jcar017
idecabtagene vicleucel, abecma, ide cel, bb2121
ciltacabtagene autoleucel, carvykti, cilta cel, jnj 68284528, lcar b38m
soficabtagene geleucel, wu cart 007
imatinib, gleevec, glivec, sti571
dasatinib, sprycel
nilotinib, tasigna
bosutinib, bosulif
ponatinib, iclusig, ap24534
asciminib, scemblix, abl001
olverembatinib, hqp1351, gzd824
ruxolitinib, jakafi, jakavi
venetoclax, venclexta, venclyxto, abt 199
navitoclax, abt 263
revumenib, revuforj, sndx 5613
ziftomenib, ko 539
bleximenib, jnj 75276617
selinexor, xpovio, nexpovio, kpt 330
trametinib, mekinist
tucidinostat, chidamide, epidaza
nelarabine, arranon, atriance, 506u78
bortezomib, velcade, ps 341
carfilzomib, kyprolis
ixazomib, ninlaro
lenalidomide, revlimid, cc 5013
pomalidomide, pomalyst, imnovid
thalidomide, thalomid
daratumumab, darzalex
isatuximab, sarclisa
elotuzumab, empliciti
belantamab mafodotin, blenrep
teclistamab, tecvayli
elranatamab, elrexfio
talquetamab, talvey
rituximab, rituxan, mabthera
obinutuzumab, gazyva, gazyvaro, ga101
ofatumumab, arzerra
ibrutinib, imbruvica, pci 32765
acalabrutinib, calquence, acp 196
zanubrutinib, brukinsa, bgb 3111
pirtobrutinib, jaypirca, loxo 305
idelalisib, zydelig
duvelisib, copiktra
polatuzumab vedotin, polatuzumab, polivy
brentuximab vedotin, brentuximab, adcetris, sgn 35
loncastuximab tesirine, zynlonta
tafasitamab, monjuvi, minjuvi, mor208
glofitamab, columvi
epcoritamab, epkinly, tepkinly
mosunetuzumab, lunsumio
gemtuzumab ozogamicin, gemtuzumab, mylotarg
midostaurin, rydapt
gilteritinib, xospata
quizartinib, vanflyta
ivosidenib, tibsovo
enasidenib, idhifa
azacitidine, vidaza, 5 azacytidine
decitabine, dacogen
mercaptopurine, 6 mercaptopurine, 6 mp, purinethol
thioguanine, tioguanine, 6 thioguanine
cytarabine, ara c, cytosine arabinoside
pegaspargase, oncaspar, peg asparaginase
calaspargase pegol, asparlas
crisantaspase, erwinase, rylaze, asparaginase erwinia chrysanthemi
clofarabine, clolar, evoltra
emapalumab, gamifant
tocilizumab, actemra, roactemra
"""
_CALLED = {
    name: tuple(names)
    for line in _NAMES.strip().splitlines()
    if (names := [part.strip() for part in line.split(",")])
    for name in names
}
"""Generic names, brands, codes and short forms of one treatment, from labels and records."""

ROWS = tuple(dict.fromkeys(_CALLED.values()))
"""The names of one treatment each, the generic name first."""


def keys_of(name: str) -> tuple[str, ...]:
    """Every name under which a record may have this treatment, as they are compared."""
    key = key_of(name)
    return _CALLED.get(key, (key,))
