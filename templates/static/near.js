// How far from here, without telling anyone: a place or the browser's own position, and distances
// worked out in the page. trials.js, find.js and trial.js use it, search.js its cities. A link may
// name a city ("#near=Leeds, United Kingdom"); the page takes it and leaves it in no address.
{
  const box = document.getElementById("near");
  const source = document.querySelector("[data-places]"); // of the cities
  const said = document.getElementById("near-said");
  const field = document.getElementById("near-place");
  const choices = document.getElementById("near-places");
  const heard = []; // who wants to know of a new origin: {lat, lon}, or null for none
  let loading;
  let origin = null;

  // So that "Munchen" and "SAO PAULO" are found as well.
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();

  // [label, its folded form, how many of its country are larger, degrees], asked for on first use.
  const loadCities = () =>
    (loading ??= load(source.dataset.places).then(() =>
      Object.entries(PLACES).flatMap(([region, cities]) =>
        cities.split("|").map((city, rank) => {
          const [name, lat, lon] = city.split(";");
          const label = `${name}, ${region}`;
          return { label, folded: fold(label), rank, lat: lat / 10, lon: lon / 10 };
        }),
      ),
    ));

  function matches(cities, typed) {
    const wanted = fold(typed);
    const found = wanted ? cities.filter((city) => city.folded.startsWith(wanted)) : [];
    // "York" is a whole name in two countries: the reader's own comes first.
    const isNamed = (city) => city.folded.startsWith(`${wanted},`);
    const isOwn = (city) => isNamed(city) && city.label.endsWith(`, ${homeCountry}`);
    const order = (a, b) => isOwn(b) - isOwn(a) || isNamed(b) - isNamed(a) || a.rank - b.rank;
    return found.sort((a, b) => order(a, b) || a.label.localeCompare(b.label)).slice(0, 12);
  }

  // Places [name, latitude, longitude] of records: one without coordinates gets those of its town,
  // where the list of cities has it; null for one that nobody can place.
  async function located(places) {
    if (places.every(([, lat]) => lat !== null)) return places;
    const towns = new Map((await loadCities()).map((city) => [city.folded, city]));
    return places.map((place) => {
      const [name, lat] = place;
      if (lat !== null) return place;
      const parts = name.split(", ");
      const town = towns.get(fold(name)) ?? towns.get(fold(`${parts[0]}, ${parts.at(-1)}`));
      return town ? [name, town.lat, town.lon] : null;
    });
  }

  const radians = (degrees) => (degrees * Math.PI) / 180;

  // Great circle on a sphere (haversine), to a place as `located` returns it.
  function kilometres(from, place) {
    if (!place) return Infinity;
    const [, lat, lon] = place;
    const half =
      Math.sin(radians(lat - from.lat) / 2) ** 2 +
      Math.cos(radians(from.lat)) * Math.cos(radians(lat)) * Math.sin(radians(lon - from.lon) / 2) ** 2;
    return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(half)));
  }

  // No more exact than the coordinates are.
  function inWords(km) {
    const round = (length) => Math.round(length).toLocaleString("en");
    return km < 10 ? "less than 10 km (6 mi)" : `about ${round(km)} km (${round(km / 1.609344)} mi)`;
  }

  function set(next, words) {
    origin = next;
    said.textContent = words;
    for (const listener of heard) listener(origin);
  }

  function clear() {
    field.value = "";
    set(null, "");
  }

  const choose = (city) => set({ lat: city.lat, lon: city.lon }, `Distances from ${city.label}.`);

  async function suggest() {
    const typed = field.value;
    if (!typed.trim()) {
      choices.replaceChildren();
      if (origin) clear();
      return;
    }
    const found = matches(await loadCities(), typed);
    if (field.value !== typed) return; // typed on while the list was on its way
    const exact = found.find((city) => city.label === typed);
    if (exact) choose(exact);
    else choices.replaceChildren(...found.map((city) => new Option("", city.label)));
  }

  // Enter, or leaving the field: the largest place that begins so.
  async function settle() {
    const typed = field.value;
    if (!typed.trim()) return;
    const [best] = matches(await loadCities(), typed);
    if (field.value !== typed) return;
    if (best) {
      field.value = best.label;
      choose(best);
    } else set(null, "No such place in this list of larger cities: try one nearby.");
  }

  const failed = () => set(null, "The list of cities cannot be loaded.");

  function locate() {
    said.textContent = "Asking your browser…";
    const refused = () => set(null, "Your browser gave no location. You can type a city instead.");
    if (!navigator.geolocation) return refused();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        field.value = "";
        set({ lat: coords.latitude, lon: coords.longitude }, "Distances from your location.");
      },
      refused,
      { maximumAge: 600_000, timeout: 20_000 },
    );
  }

  if (box) {
    field.addEventListener("focus", () => loadCities().catch(failed), { once: true });
    field.addEventListener("input", () => suggest().catch(failed));
    field.addEventListener("change", () => settle().catch(failed));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") settle().catch(failed);
    });
    document.getElementById("near-here").addEventListener("click", locate);
    box.hidden = false;
    const asked = new URLSearchParams(location.hash.slice(1)).get("near");
    if (asked) {
      field.value = asked;
      settle().catch(failed);
    }
  }

  function listen(listener) {
    heard.push(listener);
    if (origin) listener(origin);
  }

  globalThis.Near = { fold, cities: loadCities, matches, located, kilometres, inWords, clear, listen };
}
