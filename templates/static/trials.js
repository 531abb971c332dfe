// All trials of a disease in one list: filtered, searched, sorted, counted and compared in the page.
// The filter follows the "#" of the address, so that it can be shared and is never sent; where
// the reader is (near.js) is not in it. Without this script the list has pages.
{
  const FIRST = 20; // rows drawn at once: more than a screen
  const BATCH = 50; // more, when the reader comes near the end
  const MOST_COMPARED = 4;
  const TWO_LINES = 56; // characters of a name; a longer one, which is a title, is set small
  const YES = 0, NO = 1, WHERE = 2; // of an answer

  const form = document.getElementById("filter");
  const fields = form.elements;
  const list = document.getElementById("trials");
  const result = document.getElementById("result");
  const sorting = document.getElementById("sort");
  const folder = new URL(form.dataset.trials, location.href); // of the trials' pages

  let index; // what index.js has (monitor/pages/trial_index.py says what each number means)
  let words = null; // what words.js has, once somebody searches
  let trials;
  let questions; // those of index.js, with their inputs
  let distances = null; // id -> {km, place}; null where no origin is set
  let unsayable = () => null;

  // The rows

  function trialFrom(row, number) {
    const [id, name, purpose, pill, phase, ages, sponsor, where, changed, answers, limits, countries] = row;
    const text = (one) => index.words[one];
    const [word, group] = index.pills[pill];
    return {
      id, name, purpose, number, word, group, changed, answers,
      phase: text(phase), ages: text(ages), sponsor: text(sponsor), where: text(where),
      limits: limits || null,
      countries: (countries ?? []).map((one) => index.countries[one][0]),
    };
  }

  // Words

  // Case, accents and hyphens aside; leukaemia is leukemia.
  const plain = (text) => fold(text).replace(/aemi/g, "emi").replace(/[\s\-‐-―/]+/g, " ");
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  const slug = (name) => fold(name).replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, ""); // as in the pages' links

  // Each spelling of a group becomes one word: CAR-T, CART and chimeric antigen receptor are one.
  const canonical = (() => {
    let form, names;
    return (text) => {
      if (!form) {
        names = new Map(words.same.flatMap((group, number) => group.map((name) => [plain(name), `§${number}§`])));
        const longestFirst = [...names.keys()].sort((a, b) => b.length - a.length);
        const escaped = longestFirst.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
        form = escaped.length ? new RegExp(`(?<![a-z0-9])(?:${escaped.join("|")})s?(?![a-z0-9])`, "g") : /$^/g;
      }
      const found = plain(text);
      return found.replace(form, (name) => names.get(name) ?? names.get(name.replace(/s$/, "")) ?? name);
    };
  })();

  function textOf(trial) {
    if (trial.text) return trial.text;
    const [title, conditions, interventions] = words.rows[trial.number];
    const { id, name, purpose, sponsor, countries } = trial;
    const named = [...conditions.map((one) => words.conditions[one]), ...interventions.map((one) => words.interventions[one])];
    return (trial.text = canonical([id, name, title, purpose, sponsor, ...named, ...countries, ...valuesOf(trial)].join("\n")));
  }

  const valuesOf = (trial) =>
    questions.flatMap(({ values }, number) => (trial.answers[number]?.[YES] ?? []).map((value) => values[value][1]));

  // What is asked for

  function asked() {
    const wanted = questions.map(({ inputs }) => {
      const numbers = inputs.flatMap((input, number) => (input.checked ? [number] : []));
      return numbers.length ? new Set(numbers) : null;
    });
    const age = fields.age.value === "" ? null : Number(fields.age.value);
    const country = fields.country.value.trim() ? countriesNamed(fold(fields.country.value.trim())) : null;
    const typed = fields.q.value.trim();
    const query = typed ? canonical(typed).split(" ").filter(Boolean) : [];
    return { wanted, age: Number.isFinite(age) ? age : null, country, query };
  }

  const FITS = 2, UNSAID = 1, FAILS = 0;

  function answerTo(trial, number, values) {
    const answer = trial.answers[number];
    if (answer?.[YES]?.some((value) => values.has(value))) return FITS;
    const { isOwn, isComplete } = questions[number];
    if (isOwn) return FAILS; // every record has a status; one without a phase is none of the phases
    if (isComplete && answer?.[YES]?.length) return FAILS; // who tests a menin inhibitor says so
    return [...values].every((value) => answer?.[NO]?.includes(value)) ? FAILS : UNSAID;
  }

  const takesAge = ({ limits }, age) => (limits ? ageFits(limits, age) : UNSAID);

  // The one that is called so ("UK" is no beginning of Ukraine), else those of which a word begins so.
  function countriesNamed(typed) {
    const called = (fits) => index.countries.filter((names) => names.some((name) => fits(fold(name))));
    const exact = called((name) => name === typed);
    return new Set((exact.length ? exact : called((name) => ` ${name}`.includes(` ${typed}`))).map(([name]) => name));
  }

  const countryFits = ({ countries }, wanted) => {
    if (!countries.length) return UNSAID;
    return countries.some((one) => wanted.has(one)) ? FITS : FAILS;
  };

  // What passes, what may, and for each value how many more or fewer it would give beside the others.
  function sift() {
    const question = asked();
    const { wanted, age, country, query } = question;
    const counts = questions.map(({ values }) => new Uint32Array(values.length));
    const add = (trial, number) => trial.answers[number]?.[YES]?.forEach((value) => counts[number][value]++);
    const fits = [], unsaid = [];
    for (const trial of trials) {
      if (query.length && !query.every((word) => textOf(trial).includes(word))) continue;
      const own = Math.min(age === null ? FITS : takesAge(trial, age), country ? countryFits(trial, country) : FITS);
      if (own === FAILS) continue;
      const answers = wanted.map((values, number) => (values ? answerTo(trial, number, values) : FITS));
      const short = answers.flatMap((answer, number) => (answer === FITS ? [] : [number]));
      if (own === FITS && short.length === 1) add(trial, short[0]);
      const worst = Math.min(own, ...answers);
      if (worst === FAILS) continue;
      if (worst === UNSAID) {
        unsaid.push(trial);
        continue;
      }
      fits.push(trial);
      wanted.forEach((_, number) => add(trial, number));
    }
    return { fits, unsaid, counts, question };
  }

  // What is asked for and the record of a trial that may match does not say.
  function gaps(trial, { wanted, age, country }) {
    const open = wanted.flatMap((values, number) =>
      values && answerTo(trial, number, values) === UNSAID ? [questions[number].label.toLowerCase()] : []);
    if (age !== null && takesAge(trial, age) === UNSAID) open.push("ages");
    if (country && countryFits(trial, country) === UNSAID) open.push("places");
    return open.join(", ");
  }

  const byName = new Intl.Collator("en", { numeric: true }).compare;
  const far = (trial) => distances?.get(trial.id)?.km ?? Infinity;
  const ORDERS = {
    newest: (a, b) => (a.id < b.id ? 1 : -1), // the registry counts its ids up
    changed: (a, b) => (a.changed < b.changed ? 1 : a.changed > b.changed ? -1 : a.number - b.number),
    name: (a, b) => byName(a.name, b.name),
    nearest: (a, b) => (far(a) === far(b) ? a.number - b.number : far(a) - far(b)),
  };

  // What is shown. Registry text only ever becomes text.

  const many = (count, one, more = `${one}s`) => `${counted(count)} ${count === 1 ? one : more}`;
  const counted = (number) => number.toLocaleString("en-US");
  const day = (iso) =>
    new Date(`${iso}T00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const address = (trial) => new URL(`${trial.id}/index.html`, folder).href;

  // The shapes of the pills are in the page already.
  function pill(word, group) {
    const shape = document.querySelector(`.counts .pill.${group} .shape`)?.cloneNode(true) ?? "";
    return make("span", { className: `pill ${group}` }, shape, word);
  }

  // Which of the chosen values it has, and where its record says so.
  function reasons(trial, wanted) {
    const said = wanted.flatMap((values, number) => {
      const answer = trial.answers[number];
      if (!values || !answer?.[YES] || questions[number].isOwn) return [];
      return answer[YES].flatMap((value, place) => {
        if (!values.has(value)) return [];
        const where = index.words[answer[WHERE]?.[place]] ?? "";
        return [where ? `${questions[number].values[value][1]} (${where})` : questions[number].values[value][1]];
      });
    });
    return said.length ? `Matches: ${said.join(" · ")}` : "";
  }

  const extra = (text) => make("span", { className: "extra" }, text);

  // On a phone a cell says what it is, and one without anything to say is left out.
  function cell(text, className, label) {
    const made = make("td", { className: text === "–" ? `${className} none` : className }, text);
    if (label) made.dataset.label = label;
    return made;
  }

  function row(trial, question) {
    const isTitle = !trial.purpose && trial.name.length > TWO_LINES;
    const link = make("a", { className: isTitle ? "called title" : "called", href: address(trial) }, trial.name);
    const head = make("th", { scope: "row" }, link, " ", make("span", { className: "id" }, trial.id));
    if (trial.purpose) head.append(make("span", { className: "purpose" }, trial.purpose));
    const why = reasons(trial, question.wanted), open = gaps(trial, question);
    if (why) head.append(extra(why));
    if (open) head.append(extra(`Not stated in the record: ${open}`));
    if (sorting.value === "changed") head.append(extra(trial.changed ? `Latest change ${day(trial.changed)}` : "No change seen yet"));
    if (distances) {
      const near = distances.get(trial.id);
      head.append(extra(near ? `Nearest place: ${near.place}, ${Near.inWords(near.km)}` : "No place that we can locate: see the registry"));
    }
    return make(
      "tr", {},
      make("td", { className: "own" }, pill(trial.word, trial.group), make("span", { className: "acts" }, followButton(trial), " ", compareBox(trial))),
      head,
      cell(trial.phase, "", "Phase"),
      cell(trial.ages, "", "Ages"),
      cell(trial.sponsor, "c-sponsor"),
      cell(trial.where, "c-where"),
    );
  }

  function followButton(trial) {
    const button = make("button", { type: "button", className: "link" });
    const show = () => {
      const on = following.has(trial.id);
      button.setAttribute("aria-pressed", on);
      button.textContent = on ? "Following" : "Follow";
      button.setAttribute("aria-label", `${on ? "Following" : "Follow"} ${trial.name}`);
    };
    button.addEventListener("click", () => {
      if (!following.set(trial.id, !following.has(trial.id))) {
        button.textContent = "Not kept: this browser’s storage is full or refused";
        return;
      }
      show();
    });
    show();
    return button;
  }

  const compared = new Map();

  function compareBox(trial) {
    const box = make("input", { type: "checkbox", checked: compared.has(trial.id) });
    box.addEventListener("change", () => {
      if (box.checked && compared.size === MOST_COMPARED) box.checked = false;
      else if (box.checked) compared.set(trial.id, trial);
      else compared.delete(trial.id);
      showCompare();
    });
    return make("label", { className: "compares" }, box, " Compare", make("span", { className: "unseen" }, ` ${trial.name}`));
  }

  const compareButton = document.getElementById("compare");
  function showCompare() {
    compareButton.hidden = compared.size < 1;
    compareButton.disabled = compared.size < 2;
    const full = compared.size === MOST_COMPARED ? ", the most" : "";
    compareButton.textContent = compared.size < 2 ? "Compare: choose another" : `Compare ${compared.size}${full}`;
  }

  const HEADS = [["Status", "c-status"], ["Trial", ""], ["Phase", "c-phase"], ["Ages", "c-ages"], ["Sponsor", "c-sponsor"], ["Where", "c-where"]];
  function table(label) {
    const heads = HEADS.map(([name, className]) => make("th", { scope: "col", className }, name));
    const caption = make("caption", { className: "unseen" }, label);
    return make("table", { className: "rows trials" }, caption, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}));
  }

  // A table that grows as the reader comes to its end, or asks for more.
  const grown = new IntersectionObserver((entries) => entries.forEach((entry) => entry.isIntersecting && entry.target.click()), { rootMargin: "600px" });
  function growing(label, found, question) {
    const drawn = table(label);
    const more = make("button", { type: "button", className: "little" });
    let shown = 0;
    const grow = () => {
      const next = found.slice(shown, shown ? shown + BATCH : FIRST);
      drawn.tBodies[0].append(...next.map((trial) => row(trial, question)));
      shown += next.length;
      more.hidden = shown === found.length;
      more.textContent = `Show more (${counted(found.length - shown)})`;
    };
    more.addEventListener("click", grow);
    grow();
    if (!more.hidden) grown.observe(more);
    return [drawn, more];
  }

  function draw({ fits, unsaid, question }) {
    grown.disconnect();
    const counts = list.querySelector(".counts");
    counts.hidden = true;
    list.replaceChildren(counts);
    if (fits.length) list.append(...growing("Trials that match", fits, question));
    else list.append(make("p", { className: "after" }, "No trials match. Remove a filter."));
    if (!unsaid.length) return;
    const word = unsaid.length === 1 ? "trial may match: its record does" : "trials may match: their records do";
    const means = make("p", { className: "sub" }, "“Not stated” is not a no. Ask the trial team.");
    const details = make("details", { className: "fold after" }, make("summary", {}, `${counted(unsaid.length)} more ${word} not say`), means);
    details.open = !fits.length;
    const open = () => details.children.length === 2 && details.append(...growing("Trials that may match", unsaid, question));
    if (details.open) open();
    details.addEventListener("toggle", open);
    list.append(details);
  }

  function showCounts(counts) {
    questions.forEach(({ inputs, chips, box, values }, number) => {
      let many = 0;
      inputs.forEach((input, value) => {
        const count = counts[number][value];
        const [chip, shown] = chips[value];
        shown.textContent = counted(count);
        input.parentElement.classList.toggle("chosen", input.checked);
        const isShown = count > 0 || input.checked;
        if (isShown) many++;
        chip.hidden = !isShown || (many > 8 && !box.classList.contains("whole") && !input.checked);
      });
      box.hidden = many === 0;
      const more = box.querySelector(".more");
      more.hidden = many <= 8 || box.classList.contains("whole");
      more.textContent = `All ${Math.min(many, values.length)}`;
    });
    for (const input of form.querySelectorAll("[name=unsaid]")) input.parentElement.classList.toggle("chosen", input.checked);
  }

  // The chosen values above the list, each to be taken away.
  function showChosen() {
    const chips = questions.flatMap(({ inputs, values }) =>
      inputs.flatMap((input, number) => {
        if (!input.checked) return [];
        const chip = make("button", { type: "button", className: "chip chosen" }, `${values[number][1]} ×`);
        chip.setAttribute("aria-label", `Remove ${values[number][1]}`);
        chip.addEventListener("click", () => {
          input.checked = false;
          update();
        });
        return [chip];
      }),
    );
    document.getElementById("chosen").replaceChildren(...chips);
  }

  // The address

  function fragment() {
    const parts = questions.flatMap(({ key, inputs }) => {
      const chosen = inputs.filter((input) => input.checked).map((input) => input.value);
      return chosen.length ? [`${key}=${chosen.map(encodeURIComponent).join(",")}`] : [];
    });
    for (const key of ["age", "country", "q"]) {
      if (fields[key].value.trim()) parts.push(`${key}=${encodeURIComponent(fields[key].value.trim())}`);
    }
    if (fields.unsaid.value) parts.push(`unsaid=${fields.unsaid.value}`);
    if (sorting.value && sorting.value !== "nearest") parts.push(`sort=${sorting.value}`);
    return parts.join("&");
  }

  function remember() {
    const kept = fragment();
    if (`#${kept}` === location.hash || (!kept && !location.hash)) return;
    try {
      history.replaceState(null, "", kept ? `#${kept}` : location.href.split("#")[0]);
    } catch {
      // A browser that allows this only so often: the list works all the same.
    }
  }

  function recall() {
    const given = new Map(location.hash.slice(1).split("&").map((part) => {
      const [key, ...value] = part.split("=");
      return [key, value.join("=")];
    }));
    const text = (value) => {
      try {
        return decodeURIComponent((value ?? "").replace(/\+/g, " "));
      } catch {
        return "";
      }
    };
    for (const { key, inputs } of questions) {
      const chosen = (given.get(key) ?? "").split(",").map(text);
      for (const input of inputs) input.checked = chosen.includes(input.value);
    }
    const age = text(given.get("age"));
    fields.age.value = AGES[age] ?? age;
    const country = text(given.get("country"));
    const known = index.countries.find(([name]) => slug(name) === country);
    fields.country.value = known?.[0] ?? country;
    fields.q.value = text(given.get("q"));
    const unsaid = [...form.querySelectorAll("[name=unsaid]")];
    (unsaid.find((input) => input.value === given.get("unsaid")) ?? unsaid[0]).checked = true;
    sorting.value = given.get("sort") ?? "";
    if (!sorting.selectedOptions[0] || sorting.selectedOptions[0].disabled) sorting.value = "";
  }
  // An age group that a page's table names, as an age within it.
  const AGES = { infants: "0.5", children: "10", adults: "40", "older-adults": "70" };

  // All of it together

  let last = { fits: [], unsaid: [] };

  // By its words a trial is found once they are here; all else needs the index alone.
  async function loadWords() {
    if (!globalThis.TRIAL_WORDS) await load(form.dataset.words);
    if (TRIAL_WORDS.mark !== index.mark) throw new Error("of another night");
    words = TRIAL_WORDS;
    update();
  }

  const failed = () => (document.getElementById("found").textContent = "A file could not be loaded, or is of another night. Reload the page.");

  function update() {
    if (fields.q.value.trim() && !words) return void loadWords().catch(failed);
    const found = sift();
    if (fields.unsaid.value === "match") found.fits.push(...found.unsaid);
    if (fields.unsaid.value) found.unsaid = [];
    const order = ORDERS[sorting.value] ?? ((a, b) => a.number - b.number);
    found.fits.sort(order);
    found.unsaid.sort(order);
    last = found;
    const open = found.fits.filter((trial) => trial.group === "open").length;
    document.getElementById("found").textContent = `${counted(found.fits.length)} of ${counted(trials.length)} trials${open ? `, ${counted(open)} open` : ""}`;
    showChosen();
    showCounts(found.counts);
    draw(found);
    if (mapIsShown()) drawMap().catch(mapFailed);
    remember();
  }

  async function locations() {
    if (!globalThis.TRIAL_LOCATIONS) await load(form.dataset.locations);
    if (TRIAL_LOCATIONS.mark !== index.mark) throw new Error("of another night");
    return { rows: TRIAL_LOCATIONS.rows, places: await Near.located(TRIAL_LOCATIONS.places) };
  }

  async function measure(origin) {
    const nearest = sorting.querySelector("[value=nearest]");
    nearest.hidden = nearest.disabled = !origin;
    if (origin) {
      const { places, rows } = await locations();
      const km = places.map((place) => Near.kilometres(origin, place));
      distances = new Map(Object.entries(rows).map(([id, own]) => {
        const best = own.reduce((a, b) => (km[b] < km[a] ? b : a));
        return [id, { km: km[best], place: places[best]?.[0] }];
      }).filter(([, { place }]) => place));
      sorting.value = "nearest";
    } else {
      distances = null;
      if (sorting.value === "nearest" || sorting.selectedIndex < 0) sorting.value = "";
    }
    update();
  }

  // The map of open locations, with its table

  const map = document.getElementById("map");
  const toggle = document.getElementById("map-toggle");
  const mapIsShown = () => toggle.getAttribute("aria-expanded") === "true";
  const mapFailed = () => map.replaceChildren(make("p", {}, "The locations could not be loaded, or are of another night. Reload the page."));
  const LAND = { x: -340, y: -168, width: 720, height: 282 }; // what land.svg shows, in half degrees
  const SVG = "http://www.w3.org/2000/svg";
  const drawn = (name, attributes, ...children) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };

  async function drawMap() {
    const { places, rows } = await locations();
    const here = new Map();
    for (const { id } of last.fits) for (const place of rows[id] ?? []) if (places[place]) here.set(place, (here.get(place) ?? 0) + 1);
    if (!here.size) return map.replaceChildren(make("p", {}, "Our copy has no open location of the trials shown."));
    const countries = new Map();
    for (const [place] of here) {
      const country = places[place][0].split(", ").at(-1);
      countries.set(country, (countries.get(country) ?? 0) + 1);
    }
    const sentence = `${many(here.size, "town")} in ${many(countries.size, "country", "countries")} with an open location of the trials shown. The larger a dot, the more trials.`;
    const dots = [...here].map(([place, count]) => {
      const [town, latitude, longitude] = places[place];
      const x = 2 * longitude < LAND.x ? 2 * longitude + 720 : 2 * longitude;
      return drawn("circle", { cx: x, cy: -2 * latitude, r: 2 + Math.min(4, Math.sqrt(count)) }, drawn("title", {}, `${town}: ${many(count, "trial")}`));
    });
    const land = drawn("image", { href: form.dataset.land, ...LAND });
    const picture = drawn("svg", { viewBox: Object.values(LAND).join(" "), role: "img", class: "map" }, drawn("title", {}, sentence), land, ...dots);
    const perCountry = [...countries].sort((a, b) => b[1] - a[1] || byName(a[0], b[0]));
    const body = perCountry.map(([country, towns]) => make("tr", {}, make("th", { scope: "row" }, country), make("td", {}, String(towns))));
    const head = make("tr", {}, make("th", { scope: "col" }, "Country"), make("th", { scope: "col" }, "Towns with an open location"));
    map.replaceChildren(
      make("p", {}, sentence), picture,
      make("details", { className: "fold first" }, make("summary", {}, "The same as a table"), make("table", { className: "rows" }, make("thead", {}, head), make("tbody", {}, ...body))),
    );
  }

  // Side by side

  const dialog = document.getElementById("compared");
  function showSideBySide() {
    const chosen = [...compared.values()];
    const answers = (trial, number, which) => (trial.answers[number]?.[which] ?? []).map((value) => questions[number].values[value][1]);
    const facets = questions.flatMap((question, number) => (question.isOwn ? [] : [[question.label, (trial) => {
      const yes = answers(trial, number, YES), no = answers(trial, number, NO);
      return [yes.join(", "), no.length ? `Not: ${no.join(", ")}` : ""].filter(Boolean).join(". ") || "Not stated";
    }]]));
    const lines = [
      ["Status", (trial) => pill(trial.word, trial.group)],
      ["What it tests", (trial) => trial.purpose || trial.name],
      ["Phase", (trial) => trial.phase],
      ["Ages", (trial) => trial.ages],
      ...facets,
      ["Sponsor", (trial) => trial.sponsor],
      ["Where", (trial) => trial.where],
      ["Countries", (trial) => trial.countries.join(", ") || "None listed"],
      ["Latest change", (trial) => (trial.changed ? day(trial.changed) : "None seen yet")],
    ];
    const head = make("tr", {}, make("td", {}), ...chosen.map((trial) => make("th", { scope: "col" }, make("a", { href: address(trial) }, trial.name), " ", make("span", { className: "id" }, trial.id))));
    const body = lines.map(([label, of]) => make("tr", {}, make("th", { scope: "row" }, label), ...chosen.map((trial) => make("td", {}, of(trial)))));
    dialog.querySelector(".scrolls").replaceChildren(make("table", { className: "rows side-by-side" }, make("thead", {}, head), make("tbody", {}, ...body)));
    dialog.showModal();
  }

  // What is shown, as a file: its rows of data/trials.csv, in their order here.
  const download = () =>
    saveRows(new URL("../data/trials.csv", folder), "trials-shown.csv", (rows) => {
      const byId = new Map(rows.map((row) => [row.slice(0, 11), row]));
      return last.fits.map(({ id }) => byId.get(id)).filter(Boolean);
    });

  function start() {
    index = TRIALS;
    if (index.mark !== form.dataset.mark) throw new Error("of another night");
    questions = index.questions.map((question) => {
      const box = form.querySelector(`[data-question="${question.key}"]`);
      const chips = [...box.querySelectorAll("li")].map((chip) => [chip, chip.querySelector("b")]);
      return { ...question, box, chips, inputs: [...box.querySelectorAll("input")], isOwn: question.question === undefined };
    });
    trials = index.rows.map(trialFrom);
    document.getElementById("countries").append(...index.countries.map(([name]) => name).sort(byName).map((name) => make("option", { value: name })));
    recall();
    if (innerWidth >= 1100) document.getElementById("asked").open = true;
    form.hidden = result.hidden = false;
    update();

    const isNear = (event) => event.target.closest("#near");
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", (event) => isNear(event) || update());
    form.addEventListener("click", (event) => {
      if (!event.target.classList.contains("more")) return;
      event.target.closest("fieldset").classList.add("whole");
      update();
    });
    form.addEventListener("reset", (event) => {
      event.preventDefault(); // all at once, and one update
      history.replaceState(null, "", location.href.split("#")[0]);
      recall();
      Near.clear(); // which tells `measure`
    });
    sorting.addEventListener("change", update);
    addEventListener("hashchange", () => {
      recall();
      update();
    });
    toggle.addEventListener("click", () => {
      toggle.setAttribute("aria-expanded", !mapIsShown());
      map.hidden = !mapIsShown();
      if (mapIsShown()) drawMap().catch(mapFailed);
    });
    document.getElementById("download").addEventListener("click", (event) => {
      download().catch(() => (event.target.textContent = "Not loaded: try again"));
    });
    document.getElementById("copy-link").addEventListener("click", async (event) => {
      try {
        await navigator.clipboard.writeText(location.href);
        event.target.textContent = "Copied";
      } catch {
        event.target.textContent = "Copy it from the address bar";
      }
    });
    compareButton.addEventListener("click", showSideBySide);
    dialog.querySelector("button").addEventListener("click", () => dialog.close());
    Near.listen((origin) => measure(origin).catch(failed));
  }

  // The trials are asked for when the reader wants to filter, or comes with a filter. Where they
  // cannot be had, or are of another night than the page, the pages of the list stay as they are.
  let begun = false;
  function begin() {
    if (begun) return;
    begun = true;
    load(form.dataset.index).then(start, () => {}).catch(() => {
      form.hidden = result.hidden = true;
      list.prepend(make("p", { className: "warning" }, "This page and its list are of different nights. Reload the page to filter."));
    });
  }
  const details = document.getElementById("asked");
  details.addEventListener("toggle", () => details.open && begin());
  if (location.hash.includes("=")) begin();
  else if (innerWidth >= 1100) {
    // On a wide screen the form is beside the list; it comes when the page itself is drawn.
    (globalThis.requestIdleCallback ?? setTimeout)(begin);
  }
}
