// A trial's page, once the reader has said where they are (near.js): the nearest places with their
// distances, and the nearest open one among what decides. The lists by country stay as they are.
{
  const SHOWN = 10;
  const list = document.getElementById("spots");
  const nearest = document.getElementById("nearest");
  const places = [...document.querySelectorAll("#locations li[data-at]")].map((item) => {
    const at = ["", ...item.dataset.at.split(" ").map(Number)]; // as `kilometres` takes a place
    const status = item.querySelector(".at");
    return { item, at, isSaid: Boolean(status), isOpen: !status || status.classList.contains("open") };
  });

  const distance = (km) => make("span", { className: "distance" }, Near.inWords(km));

  function show({ item, km }) {
    const copy = item.cloneNode(true);
    copy.append(" ", distance(km));
    return copy;
  }

  Near.listen((from) => {
    list.hidden = nearest.hidden = !from;
    if (!from) return;
    const far = places.map((place) => ({ ...place, km: Near.kilometres(from, place.at) }));
    far.sort((a, b) => a.km - b.km);
    list.replaceChildren(...far.slice(0, SHOWN).map(show));
    const first = far.find(({ isOpen }) => isOpen);
    const copies = first ? [...first.item.querySelectorAll(":scope > b, :scope > b + span")] : [];
    const words = copies.flatMap((part) => [part.cloneNode(true), ", "]);
    const doubt = first?.isSaid ? "" : "; the record does not say whether this place is open";
    nearest.replaceChildren(...(first ? [...words, distance(first.km), doubt] : ["None of the places is open now."]));
  });
}
