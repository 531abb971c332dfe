// Search as you type, in the browser: nothing that is typed leaves it. The index is a script that
// only this page loads; every word must begin a word of what is found.
{
  const folder = new URL(".", document.currentScript.src);
  const SHOWN = 30; // results at once
  const form = document.getElementById("search");
  const list = document.getElementById("results");
  const count = document.getElementById("count");
  const more = document.getElementById("more");
  const { q: field, kind } = form.elements;
  let found = [];
  let timer = 0;

  // Case and accents aside; leukaemia is leukemia.
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/aemi/g, "emi");
  const words = (text) => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];
  const spaced = (text) => ` ${words(text).join(" ")} `; // so that " word" is how a word begins

  // The index as one list. `fields` are [weight, words]; `names` are what it is called as a whole.
  // Of equals the first wins: terms, our texts, then trials, the open ones first.
  function entries({ statuses, trials, texts, terms }) {
    const made = [];
    const add = (entry, fields) => {
      entry.names = entry.names.map(spaced);
      entry.fields = [...entry.names.map((name) => [10, name]), ...fields.map(([w, t]) => [w, spaced(t)])];
      made.push(entry);
    };
    for (const [id, term, also, text] of terms) {
      const title = also ? `${term} (${also})` : term;
      const entry = { kind: "term", label: "Glossary", address: `glossary/index.html#${id}`, title, text };
      add({ ...entry, names: [term, ...also.split(", ")] }, [[2, text]]);
    }
    for (const [address, page, heading, text] of texts) {
      const [path, hash] = address.split("#");
      const title = heading ? `${page}: ${heading}` : page;
      const whole = `${path}index.html${hash ? `#${hash}` : ""}`;
      const entry = { kind: "text", label: "Our text", address: whole, title, text };
      add({ ...entry, names: [heading || page] }, [[4, page], [2, text]]);
    }
    for (const [id, title, status, text] of trials) {
      const entry = { kind: "trial", label: `Trial · ${statuses[status]}`, id, title, text };
      entry.address = `trials/${id}/index.html`;
      add({ ...entry, names: [id, id.slice(3), title] }, [[5, text]]);
    }
    return made;
  }

  // 0 where a word is missing. A whole word counts twice what its beginning does.
  function score(entry, query) {
    let sum = 0;
    for (const word of query) {
      let best = 0;
      for (const [weight, text] of entry.fields) {
        if (2 * weight > best && text.includes(` ${word} `)) best = 2 * weight;
        else if (weight > best && text.includes(` ${word}`)) best = weight;
      }
      if (!best) return 0;
      sum += best;
    }
    const phrase = ` ${query.join(" ")}`;
    if (entry.names.includes(`${phrase} `)) return sum + 100;
    return entry.names.some((name) => name.includes(phrase)) ? sum + 10 : sum;
  }

  // The same query in other spellings of the vocabulary: CAR-T, CART and chimeric antigen receptor
  // are one, and so are a medicine and its brand.
  function spellings(query) {
    const whole = ` ${query.join(" ")} `;
    const others = SEARCH.same.flatMap((group) => {
      const names = group.map((name) => words(name).join(" "));
      const named = names.filter((name) => whole.includes(` ${name} `)).sort((a, b) => b.length - a.length)[0];
      return named ? names.filter((name) => name !== named).map((name) => whole.replace(` ${named} `, ` ${name} `).trim().split(" ")) : [];
    });
    return [query, ...others.slice(0, 12)];
  }

  function matches(all, query, wanted) {
    if (!query.length) return [];
    const queries = spellings(query);
    return all
      .filter((entry) => !wanted || entry.kind === wanted)
      .map((entry) => ({ entry, points: Math.max(...queries.map((each) => score(entry, each))) }))
      .filter(({ points }) => points)
      .sort((one, other) => other.points - one.points)
      .map(({ entry }) => entry);
  }

  // Words that are a place: of a country its trials; of a city, or of what begins so where nothing
  // else is found, the open trials, the nearest first.
  function places(typed, cities, isAlone) {
    const wanted = Near.fold(typed);
    if (wanted.length < 2) return [];
    const begun = Near.matches(cities, typed);
    const isNamed = ({ folded }) => folded === wanted || [",", " city,"].some((end) => folded.startsWith(`${wanted}${end}`));
    const named = begun.filter(isNamed);
    const near = (named.length || !isAlone ? named : begun).slice(0, 3).map(({ label }) => label);
    return SEARCH.lists.flatMap(([slug, disease, hasFinder, countries]) => {
      const place = (title, text, path) => ({ label: `Place · ${disease}`, address: `${slug}/${path}`, title, text });
      const own = countries.filter(([, , , , ...names]) => names.some((name) => Near.fold(name) === wanted));
      return [
        ...own.map(([key, name, open, all]) =>
          place(`Trials in ${name}`, `${open.toLocaleString("en")} open of ${all.toLocaleString("en")}.`, `trials/index.html#country=${key}`)),
        ...near.flatMap((label) => [
          place(`Open trials near ${label}`, "The nearest place first.", `trials/index.html#status=open&near=${encodeURIComponent(label)}`),
          ...(hasFinder ? [place(`Find yours near ${label}`, "A few questions: what fits, what does not, and why.", `find/index.html#near=${encodeURIComponent(label)}`)] : []),
        ]),
      ];
    });
  }

  // What is shown

  const hits = (text, query) =>
    [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)].filter(([token]) =>
      query.some((word) => words(token).some((part) => part.startsWith(word))),
    );

  function marked(text, query) {
    const nodes = [];
    let done = 0;
    for (const hit of hits(text, query)) {
      nodes.push(text.slice(done, hit.index), make("mark", {}, hit[0]));
      done = hit.index + hit[0].length;
    }
    return [...nodes, text.slice(done)];
  }

  // Some 200 characters around the first word that was looked for.
  function excerpt(text, query) {
    const first = hits(text, query)[0]?.index ?? 0;
    const start = first < 80 ? 0 : text.lastIndexOf(" ", first - 50) + 1;
    const end = start + 200 < text.length ? text.lastIndexOf(" ", start + 200) : text.length;
    const cut = text.slice(start, end > first ? end : start + 200);
    return `${start ? "… " : ""}${cut}${start + cut.length < text.length ? " …" : ""}`;
  }

  function result(entry, query) {
    const href = new URL(`../${entry.address}`, folder).href;
    const line = make("p", { className: "kind" }, entry.label);
    if (entry.id) line.append(" · ", make("span", { className: "id" }, ...marked(entry.id, query)));
    return make(
      "li",
      {},
      make("a", { href }, ...marked(entry.title, query)),
      line,
      make("p", {}, ...marked(excerpt(entry.text, query), query)),
    );
  }

  function showMore() {
    const done = list.childElementCount;
    const query = words(field.value);
    list.append(...found.slice(done, done + SHOWN).map((entry) => result(entry, query)));
    more.hidden = found.length <= list.childElementCount;
    return list.children[done];
  }

  function said(query) {
    if (!query.length) return "";
    if (!found.length) return "Nothing found. Every word must occur: try fewer, or only their beginnings. A place is found by the name of a country or of a larger city alone.";
    return `${found.length.toLocaleString("en")} ${found.length === 1 ? "result" : "results"}`;
  }

  function show(all, cities) {
    const query = words(field.value.replace(/\bnct\s+(?=\d)/i, "nct"));
    found = matches(all, query, kind.value);
    if (!kind.value || kind.value === "trial") found.unshift(...places(field.value, cities, !found.length));
    list.replaceChildren();
    showMore();
    clearTimeout(timer); // counts of a half-typed word would only be noise to a screen reader
    timer = setTimeout(() => (count.textContent = said(query)), 300);
    try {
      const address = new URL(location.href);
      address.search = "";
      address.hash = query.length ? new URLSearchParams(new FormData(form)) : "";
      history.replaceState(null, "", address); // for a reload, the way back, a link to send
    } catch {
      // some browsers do not allow it in a folder, or so often
    }
  }

  // Up and down go through the results, from the field and back to it.
  function step(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stops = [field, ...list.querySelectorAll("a")];
    const now = stops.indexOf(document.activeElement);
    if (!by || now < 0) return;
    event.preventDefault();
    stops[now + by]?.focus();
  }

  async function start() {
    const asked = new URLSearchParams(location.hash.slice(1) || location.search);
    field.value = asked.get("q") ?? "";
    kind.value = asked.get("kind") ?? "";
    if (kind.selectedIndex < 0) kind.value = "";
    if (!field.value) field.focus();
    const index = load(new URL("search-index.js", folder));
    const cities = await Near.cities().catch(() => []); // without them there is still the index
    await index;
    const all = entries(SEARCH);
    form.addEventListener("input", () => show(all, cities));
    form.addEventListener("submit", (event) => event.preventDefault());
    more.addEventListener("click", () => showMore().querySelector("a").focus());
    document.addEventListener("keydown", step);
    show(all, cities);
  }

  document.getElementById("without-script").remove();
  form.hidden = false;
  start().catch(() => (count.textContent = "The index could not be loaded. Try again later."));
}
