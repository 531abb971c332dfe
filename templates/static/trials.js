// All trials in one list: filtered, sorted, counted in the page. The filter is in the address, so it
// can be shared; where the reader is (near.js) is not. Without this script the list has pages.
{
  const { fold } = Near;
  const form = document.getElementById("filter");
  const list = document.getElementById("trials");
  const found = document.getElementById("found");
  const fields = form.elements;
  const folder = new URL(form.dataset.trials, location.href); // of the trials' pages
  const BATCH = 100; // rows in a group: what is far from the window costs the browser nothing

  // In the order of a row's `facets`.
  const FACETS = [
    ["status", "statuses"],
    ["phase", "phases"],
    ["age", "ages"],
    ["country", "countries"],
    ["intervention", "interventions"],
    ["sponsor", "sponsors"],
  ].map(([key, table]) => ({ key, table, field: fields[key], isSelect: fields[key].type !== "text" }));
  const OPEN = "open"; // a choice of several statuses

  let trials; // what index.js has
  let rows;
  let distances = null; // of each row, [kilometres, place]; null where no origin is set
  let drawing = 0;

  // The rows

  const rowFrom = (row, number) => {
    const [id, title, status, changed, summary, phases, ages, countries, interventions, sponsor, ...rest] = row;
    const [phase, people, conditions, acronym] = rest;
    const hasRecord = phases !== undefined;
    return {
      number,
      id,
      title,
      changed,
      summary,
      acronym: acronym ?? "",
      hasRecord,
      phase: trials.words[phase],
      people: trials.words[people],
      conditions: (conditions ?? []).map((one) => trials.conditions[one]),
      facets: [[status], ...(hasRecord ? [phases, ages, countries, interventions, [sponsor]] : [[], [], [], [], []])],
    };
  };

  // Made when it is first needed, from everything that a reader would look for.
  const textOf = (row) =>
    (row.text ??= [
      fold([row.id, row.acronym, row.title, row.summary].join("\n")),
      ...row.conditions.map(folded),
      ...[3, 4, 5].flatMap((facet) => row.facets[facet].map((one) => folded(trials[FACETS[facet].table][one]))),
    ].join("\n"));
  const foldedTexts = new Map();
  const folded = (text) => {
    if (!foldedTexts.has(text)) foldedTexts.set(text, fold(text));
    return foldedTexts.get(text);
  };

  // What is asked for

  // The numbers that a facet may have; null for any. A name that is typed out means only itself.
  function wanted({ table, field, isSelect }) {
    if (isSelect && !field.value) return null;
    if (field.value === OPEN) return new Set(trials.open);
    const names = trials[table];
    if (isSelect) return new Set([names.indexOf(field.value)]);
    const typed = fold(field.value);
    if (!typed) return null;
    const exact = names.findIndex((name) => folded(name) === typed);
    if (exact >= 0) return new Set([exact]);
    return new Set([...names.keys()].filter((one) => folded(names[one]).includes(typed)));
  }

  // The facets that a row fails. More than one are as good as all.
  function missedBy(row, asked) {
    const missed = [];
    for (let facet = 0; facet < asked.length && missed.length < 2; facet++) {
      const allowed = asked[facet];
      if (allowed && !row.facets[facet].some((value) => allowed.has(value))) missed.push(facet);
    }
    return missed;
  }

  // The rows that pass, and for each choice how many it would give beside the other filters.
  function sift() {
    const asked = FACETS.map(wanted);
    const words = fold(fields.q.value).split(/\s+/).filter(Boolean);
    const counts = FACETS.map(({ table }) => new Uint32Array(trials[table].length));
    const count = (row, facet) => row.facets[facet].forEach((value) => counts[facet][value]++);
    const passed = [];
    for (const row of rows) {
      if (!words.every((word) => textOf(row).includes(word))) continue;
      const missed = missedBy(row, asked);
      if (missed.length === 1) count(row, missed[0]);
      if (missed.length > 0) continue;
      passed.push(row);
      FACETS.forEach((_, facet) => count(row, facet));
    }
    return { passed, counts };
  }

  const byTitle = new Intl.Collator("en", { numeric: true }).compare;
  const kilometresTo = (row) => distances?.[row.number]?.km ?? Infinity;
  const ORDERS = {
    newest: (a, b) => (a.id < b.id ? 1 : -1), // the registry counts its ids up
    changed: (a, b) => (a.changed < b.changed ? 1 : a.changed > b.changed ? -1 : a.number - b.number),
    title: (a, b) => byTitle(a.title, b.title),
    nearest: (a, b) => (kilometresTo(a) === kilometresTo(b) ? a.number - b.number : kilometresTo(a) - kilometresTo(b)),
  };

  // What is shown. Registry text only ever becomes text.

  const cell = (label, ...content) => {
    const made = make("td", {}, ...content);
    made.dataset.label = label;
    return made;
  };

  const day = (iso) =>
    new Date(iso).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

  const people = ({ people, conditions }) => {
    const more = conditions.length > 3 ? ` and ${conditions.length - 3} more` : "";
    return people + (conditions.length ? `; ${conditions.slice(0, 3).join(", ")}${more}` : "");
  };

  // Why a trial has no distance: that nothing is known must not read as that there is nothing.
  function unplaced(row) {
    const country = FACETS.findIndex(({ key }) => key === "country");
    const [first] = row.facets?.[country] ?? [];
    if (first === undefined || trials.countries[first] === NOT_GIVEN) return "Its locations are not in our copy: see the registry";
    return "No open location with coordinates in our copy";
  }

  function head(row) {
    const link = make("a", { href: new URL(`${row.id}/index.html`, folder).href }, row.title);
    const made = make("th", { scope: "row" }, link, make("span", { className: "id" }, row.id));
    if (row.summary) made.append(make("span", { className: "curated" }, row.summary));
    if (fields.sort.value === "changed") {
      const when = row.changed ? `Last change seen: ${day(row.changed)}` : "No change seen yet";
      made.append(make("span", { className: "extra" }, when));
    }
    if (distances) {
      const near = distances[row.number];
      const where = near ? `Nearest open location: ${near.place}, ${Near.inWords(near.km)}` : unplaced(row);
      made.append(make("span", { className: "extra" }, where));
    }
    return made;
  }

  function tableRow(row) {
    if (!row.hasRecord) {
      const none = make("td", { colSpan: 4, className: "norecord" }, "No registry record here yet, so its status, phase and sponsor are not shown.");
      return make("tr", {}, head(row), none);
    }
    const [[status], , , , , [sponsor]] = row.facets;
    const kind = trials.open.includes(status) ? "open" : "closed";
    return make(
      "tr",
      {},
      head(row),
      cell("Status", make("span", { className: `status ${kind}` }, trials.statuses[status])),
      cell("Phase", row.phase),
      cell("Who it is for", people(row)),
      cell("Lead sponsor", trials.sponsors[sponsor]),
    );
  }

  function batch(part, first) {
    const names = ["Trial", "Status", "Phase", "Who it is for", "Lead sponsor"];
    const heads = names.map((name) => make("th", { scope: "col" }, name));
    const caption = make("caption", {}, `Trials ${first + 1} to ${first + part.length}`);
    const body = make("tbody", {}, ...part.map(tableRow));
    const columns = make("colgroup", {}, ...names.map(() => make("col")));
    const table = make("table", { className: "trials" }, caption, columns, make("thead", {}, make("tr", {}, ...heads)), body);
    return make("div", { className: "batch" }, table);
  }

  // The first group at once, as it is what is looked at; the others one by one, so that the next key
  // that is pressed never has to wait for them.
  function draw(passed) {
    clearTimeout(drawing);
    const next = (first) => {
      list.append(batch(passed.slice(first, first + BATCH), first));
      if (first + BATCH < passed.length) drawing = setTimeout(next, 0, first + BATCH);
    };
    list.replaceChildren();
    if (passed.length) next(0);
    else list.append(make("p", {}, "No trial is like that. Take a filter away, or clear all of them."));
  }

  function showCounts(counts) {
    FACETS.forEach(({ field, isSelect, table }, facet) => {
      if (!isSelect) return;
      for (const option of field.options) {
        if (!option.value) continue;
        const many =
          option.value === OPEN
            ? trials.open.reduce((sum, status) => sum + counts[facet][status], 0)
            : counts[facet][trials[table].indexOf(option.value)];
        option.textContent = `${option.dataset.name} (${many})`;
        option.disabled = many === 0 && !option.selected;
      }
    });
  }

  // Of hundreds of names only those that fit what is typed, the most frequent first.
  function suggest({ field, table }, counts) {
    const typed = fold(field.value);
    const names = trials[table];
    const fitting = [...names.keys()].filter((one) => counts[one] && folded(names[one]).includes(typed));
    fitting.sort((a, b) => counts[b] - counts[a] || byTitle(names[a], names[b]));
    const options = fitting.slice(0, 30).map((one) => {
      const option = make("option", { value: names[one] });
      option.label = `${names[one]} (${counts[one]})`;
      return option;
    });
    field.list.replaceChildren(...options);
  }

  // The address

  const KEYS = ["q", ...FACETS.map(({ key }) => key), "sort"];

  function remember() {
    const kept = new URLSearchParams();
    for (const key of KEYS) {
      const value = fields[key].value.trim();
      if (value && value !== "nearest") kept.set(key, value);
    }
    const query = String(kept) && `?${kept}`; // not kept.size, which older browsers lack
    if (query === location.search) return;
    try {
      history.replaceState(null, "", `${location.pathname}${query}${location.hash}`);
    } catch {
      // A browser that allows this only so often, or not in a folder: the list works all the same.
    }
  }

  function recall() {
    const given = new URLSearchParams(location.search);
    for (const key of KEYS) {
      fields[key].value = given.get(key) ?? "";
      const chosen = fields[key].selectedOptions;
      if (chosen && (!chosen[0] || chosen[0].disabled)) fields[key].value = ""; // no such choice
    }
  }

  const isFiltered = () => KEYS.some((key) => key !== "q" && fields[key].value);

  // All of it together

  const NOT_GIVEN = "Not given"; // as in monitor/index.py
  const UNSAID = { age: "ages", intervention: "interventions" };
  const unsaid = document.getElementById("unsaid");
  let counted;
  let remembering = 0;

  function update() {
    const { passed, counts } = sift();
    counted = counts;
    const order = ORDERS[fields.sort.value];
    if (order) passed.sort(order);
    found.textContent = `${passed.length} of ${rows.length} trials`;
    unsaid.textContent = notGiven(counts);
    draw(passed);
    showCounts(counts);
    clearTimeout(remembering);
    remembering = setTimeout(remember, 200);
  }

  // Trials that would fit, were it not for something that our copy does not say.
  function notGiven(counts) {
    const lines = FACETS.map(({ key, field, table }, facet) => {
      const many = counts[facet][trials[table].indexOf(NOT_GIVEN)] ?? 0;
      if (!field.value || field.value === NOT_GIVEN || !many) return "";
      return `${many} more would fit, but our copy does not give their ${UNSAID[key] ?? key}.`;
    });
    return lines.filter(Boolean).join(" ");
  }

  async function locations() {
    if (!globalThis.TRIAL_LOCATIONS) await load(form.dataset.locations);
    return TRIAL_LOCATIONS;
  }

  async function measure(origin) {
    const nearest = fields.sort.querySelector("[value=nearest]");
    nearest.hidden = nearest.disabled = !origin;
    if (origin) {
      const { places, rows: ofTrials } = await locations();
      const far = places.map(([, lat, lon]) => Near.kilometres(origin, lat, lon));
      distances = ofTrials.map((own) => {
        if (!own.length) return null;
        const best = own.reduce((a, b) => (far[b] < far[a] ? b : a));
        return { km: far[best], place: places[best][0] };
      });
      fields.sort.value = "nearest";
    } else {
      distances = null;
      if (fields.sort.value === "nearest" || fields.sort.selectedIndex === -1) fields.sort.value = "";
    }
    update();
  }

  function fillSelects() {
    for (const { key, field, isSelect, table } of FACETS) {
      if (!isSelect) continue;
      const names = trials[table].map((name) => [name, name]);
      if (key === "status" && trials.open.length) names.unshift([OPEN, "Open to participants"]);
      for (const [value, name] of names) {
        const option = make("option", { value });
        option.dataset.name = name;
        field.append(option);
      }
    }
  }

  function start(loaded) {
    trials = loaded;
    rows = trials.rows.map(rowFrom);
    fillSelects();
    recall();
    form.querySelector("details").open = isFiltered() || innerWidth > 736;
    form.hidden = false;
    update();

    const isNear = (event) => event.target.closest("#near");
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", (event) => {
      if (!isNear(event)) update();
      const typed = FACETS.find(({ field, isSelect }) => field === event.target && !isSelect);
      if (typed) suggest(typed, counted[FACETS.indexOf(typed)]);
    });
    form.addEventListener("focusin", (event) => {
      const facet = FACETS.findIndex(({ field, isSelect }) => field === event.target && !isSelect);
      if (facet >= 0) suggest(FACETS[facet], counted[facet]);
    });
    form.addEventListener("reset", (event) => {
      event.preventDefault(); // all at once, and one update
      for (const key of KEYS) fields[key].value = "";
      Near.clear(); // which tells `measure`
    });
    Near.listen((origin) => measure(origin).catch(() => (found.textContent = "The locations cannot be loaded.")));
  }

  // Where the list cannot be had the pages stay as they are.
  load(form.dataset.index).then(() => start(TRIALS), () => {});
}
