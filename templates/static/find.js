// "Find yours": the open trials of a disease compared with a reader's answers, in the page. The
// answers follow the "#" of the address, which is never sent; the place is not in it.
{
  const FITS = 2, UNSAID = 1, FAILS = 0;
  const form = document.getElementById("finder");
  const answers = document.getElementById("answers");
  const folder = new URL(form.dataset.trials, location.href);
  let trials, questions, kilometres = null;

  const trialFrom = ([id, name, purpose, ages, facets, places, where, aim, updated]) =>
    ({ id, name, purpose, ages, facets, places, where, aim, updated });

  // "Newly diagnosed" within a sentence; "B-cell" and "MRD" as they are.
  const lowered = (text) => text.replace(/^[A-Z](?=[a-z]+(?![-\w]))/, (letter) => letter.toLowerCase());
  const either = (labels) => labels.map(lowered).join(" or ");

  // What a reader answered: {age, chosen: [[question, labels, keys]]}
  function given() {
    const age = form.elements.age.value === "" ? null : Number(form.elements.age.value);
    const chosen = questions.flatMap((question) => {
      const keys = question.inputs.filter((input) => input.checked).map((input) => input.value);
      const labels = question.values.filter(([key]) => keys.includes(key)).map(([, label]) => label);
      return keys.length ? [{ question, keys, labels }] : [];
    });
    return { age: Number.isFinite(age) ? age : null, chosen };
  }

  // A reason: how well it fits, the question, the words of the record, where they are, what to ask.

  function byAge({ ages: [limits, ages, where] }, age) {
    const label = `Age ${age}`;
    const unsaid = { fit: UNSAID, label, where: "", ask: `age ${age}` };
    if (!limits) return { ...unsaid, words: "The record gives no ages." };
    const fit = ageFits(limits, age), takes = `Takes ${lowered(ages)}`;
    if (fit === UNSAID) return { ...unsaid, words: `${takes}; our copy of the record has no exact ages.`, where };
    return { fit, label, words: `${takes}${fit === FITS ? "" : " only"}.`, where };
  }

  const quoted = (text) => (text ? `“${text}”` : "");

  function byFacet(trial, { question, keys, labels }) {
    const said = trial.facets[question.facet] ?? {};
    const label = question.label;
    const yes = keys.find((key) => said[key]?.[0] === 1);
    if (yes) return { fit: FITS, label, words: quoted(said[yes][1]), where: said[yes][2] };
    if (keys.every((key) => said[key]?.[0] === 0)) {
      const [, text, where] = said[keys[0]];
      return { fit: FAILS, label, words: `Not for ${either(labels)}: ${quoted(text)}`, where };
    }
    const ask = `${lowered(label)}: ${either(labels)}`;
    const other = question.values.find(([key]) => said[key]?.[0] === 1);
    if (!other) return { fit: UNSAID, label, words: "Not stated in the record.", where: "", ask };
    const [, text, where] = said[other[0]];
    return { fit: UNSAID, isOther: true, label, words: `Names another ${lowered(label)}: ${quoted(text)}`, where, ask };
  }

  // An earlier treatment: who had it may be kept out; who had not may be asked for it.
  function byEarlier(trial, { question, keys }) {
    const said = trial.facets[question.facet]?.[question.earlier];
    const label = question.label.replace("?", "");
    const [says, text, where] = said ?? [];
    if (keys.includes("yes")) {
      if (says === 1) return { fit: FITS, label, words: quoted(text), where };
      if (says === 0) return { fit: FAILS, label, words: `Not ${lowered(label)}: ${quoted(text)}`, where };
      return { fit: UNSAID, label, words: "Not stated in the record.", where: "", ask: `whether people can join ${lowered(label)}` };
    }
    if (says !== 1) return null;
    return { fit: UNSAID, label, words: quoted(text), where, ask: `whether only people ${lowered(label)} can join` };
  }

  function judged(trial, { age, chosen }) {
    const reasons = [
      ...(age === null ? [] : [byAge(trial, age)]),
      ...chosen.filter(({ keys }) => keys.length < 2 || !keys.includes("yes") || !keys.includes("no"))
        .map((answer) => (answer.question.earlier ? byEarlier : byFacet)(trial, answer)),
    ].filter(Boolean);
    const depends = questions.flatMap((question) =>
      chosen.some((answer) => answer.question === question) ? [] : limitOf(trial, question));
    return { trial, reasons, depends, fit: Math.min(FITS, ...reasons.map(({ fit }) => fit)), near: nearest(trial) };
  }

  // Whom a trial takes and whom not, where nobody was asked yet: "Subtype: Ph-positive or Ph-like".
  function limitOf(trial, { label, facet, earlier, values }) {
    const said = trial.facets[facet] ?? {};
    const takes = values.filter(([key]) => said[key]?.[0] === 1);
    const isLimit = !earlier && takes.length && values.some(([key]) => said[key]?.[0] === 0);
    return isLimit ? [`${lowered(label)}: ${either(takes.map(([, name]) => name))}`] : [];
  }

  function nearest(trial) {
    if (!kilometres || !trial.places.length) return null;
    const best = trial.places.reduce((a, b) => (kilometres[b] < kilometres[a] ? b : a));
    return kilometres[best] < Infinity ? { km: kilometres[best], place: FIND.places[best][0] } : null;
  }

  // The order within a group: trials of a treatment, those that name nothing else, the near ones,
  // those that leave least open.
  const FAR = [100, 500, 2_000, Infinity]; // km: what a day, a night away, a journey reaches
  const count = (reasons, is) => reasons.filter(is).length;
  const order = ({ trial, reasons, depends, near }) => [
    trial.aim ? 1 : 0,
    count(reasons, ({ isOther }) => isOther),
    near ? FAR.findIndex((limit) => near.km <= limit) : FAR.length,
    depends.length + count(reasons, ({ fit }) => fit === UNSAID),
    near ? near.km : 0,
  ];

  function inOrder(found) {
    const keyed = found.map((one) => [order(one), one]);
    const compare = ([a], [b]) => { const at = a.findIndex((part, i) => part !== b[i]); return at < 0 ? 0 : a[at] - b[at]; };
    return keyed.sort(compare).map(([, one]) => one);
  }

  // What is shown. Registry text only ever becomes text.

  const MARKS = { [FITS]: ["✓", "fits"], [UNSAID]: ["?", "not stated"], [FAILS]: ["✗", "does not fit"] };

  function reason({ fit, label, words, where }) {
    const [sign, meaning] = MARKS[fit];
    const mark = make("span", { className: `mark mark-${fit}` }, sign);
    mark.setAttribute("aria-hidden", "true");
    return make("li", {}, mark, make("span", { className: "unseen" }, `${meaning}: `), make("b", {}, label), make("span", {}, words, " ", make("span", { className: "type" }, where)));
  }

  function where({ trial, near }) {
    if (near) return [make("b", {}, "Nearest place: "), `${near.place}, ${Near.inWords(near.km)}.`];
    const distance = kilometres ? "; the record does not say how far that is." : "";
    return [make("b", {}, "Where: "), trial.where, distance];
  }

  const address = (trial) => new URL(`${trial.id}/index.html`, folder).href;

  function card(found) {
    const { trial, reasons, depends } = found;
    const pill = document.getElementById("open-pill").content.cloneNode(true);
    const head = make("div", { className: "card-head" }, make("h3", {}, make("a", { href: address(trial) }, trial.name)), pill);
    const made = make("article", { className: "card" }, head, make("p", { className: "small" }, make("span", { className: "id" }, trial.id), " ", trial.purpose), make("p", { className: "small place" }, ...where(found)));
    if (reasons.length) made.append(make("ul", { className: "reasons" }, ...reasons.map(reason)));
    const limits = depends.length ? `It also depends on what you have not answered. The trial is for ${depends.join("; ")}.` : "";
    for (const note of [limits, trial.aim, trial.updated]) if (note) made.append(make("p", { className: "small note" }, note));
    const asks = reasons.flatMap(({ ask }) => (ask ? [ask] : []));
    if (asks.length) made.append(make("p", { className: "ask" }, make("b", {}, "Ask the trial team about: "), `${asks.join("; ")}.`));
    return made;
  }

  function line({ trial, reasons }) {
    const because = reasons.filter(({ fit }) => fit === FAILS).slice(0, 2).map(({ words, where }) => `${words}${where ? ` (${where})` : ""}`);
    return make("li", {}, make("a", { href: address(trial) }, trial.name), " ", make("span", { className: "id" }, trial.id), " ", make("span", { className: "quiet" }, because.join("; ")));
  }

  function inWords({ age, chosen }) {
    const words = [
      ...(age === null ? [] : [`${age} years`]),
      ...chosen.map(({ question, labels }) => (question.earlier ? `${lowered(question.label.replace("?", ""))}: ${either(labels)}` : either(labels))),
    ];
    return words.length ? ` compared with: ${words.join(", ")}` : ": answer what you can";
  }

  const AT_ONCE = 20;

  // The first of a group in a list, and a button that adds the others.
  function portion(own, list, item) {
    list.append(...own.slice(0, AT_ONCE).map(item));
    if (own.length <= AT_ONCE) return [list];
    const rest = make("button", { type: "button", className: "little after" }, `Show the other ${own.length - AT_ONCE}`);
    rest.addEventListener("click", () => {
      list.append(...own.slice(AT_ONCE).map(item));
      rest.remove();
      list.children[AT_ONCE].querySelector("a").focus();
    });
    return [list, rest];
  }

  // How many of the trials that fit or may fit can be reached, and the nearest of their places.
  function closest(possible) {
    const places = possible.filter(({ trial, near }) => near && !trial.aim).map(({ near }) => near);
    const [first] = places.sort((a, b) => a.km - b.km);
    if (!first) return "None of the treatment trials that may fit names a place that we can locate.";
    const within = places.filter(({ km }) => km <= FAR[0]).length;
    return `Of the treatment trials that may fit, ${within || "none"} ${within > 1 ? "have" : "has"} a place within ${FAR[0]} km (60 mi). The nearest: ${first.place}, ${Near.inWords(first.km)}.`;
  }

  function show() {
    const asked = given();
    for (const { inputs } of questions) for (const input of inputs) input.parentElement.classList.toggle("chosen", input.checked);
    const found = inOrder(trials.map((trial) => judged(trial, asked)));
    const isAnswered = asked.age !== null || asked.chosen.length > 0; // else nothing can fit
    const isAsked = isAnswered || kilometres !== null;
    const groups = { fits: FITS, unsaid: UNSAID, fails: FAILS };
    for (const [key, fit] of Object.entries(groups)) {
      const own = found.filter((one) => one.fit === fit);
      const section = document.getElementById(key);
      section.hidden = !own.length || !isAsked;
      section.querySelector("h2 b").textContent = own.length;
      const title = section.querySelector("h2 span");
      title.textContent = isAnswered ? title.dataset.title : "Open, the nearest first";
      section.querySelector("div").replaceChildren(...(fit === FAILS ? portion(own, make("ul", { className: "misses" }), line) : portion(own, make("div", { className: "two" }), card)));
    }
    document.getElementById("tally").replaceChildren(make("b", {}, `${trials.length} open trials`), inWords(asked));
    document.getElementById("closest").textContent = kilometres ? closest(found.filter(({ fit }) => fit !== FAILS)) : "";
    remember();
  }

  // The address

  function remember() {
    const parts = questions.flatMap(({ key, inputs }) => {
      const chosen = inputs.filter((input) => input.checked).map((input) => input.value);
      return chosen.length ? [`${key}=${chosen.join(",")}`] : [];
    });
    if (form.elements.age.value) parts.unshift(`age=${encodeURIComponent(form.elements.age.value)}`);
    try {
      history.replaceState(null, "", parts.length ? `#${parts.join("&")}` : location.href.split("#")[0]);
    } catch {
      // A browser that allows this only so often.
    }
  }

  function recall() {
    const parts = new Map(location.hash.slice(1).split("&").map((part) => part.split("=")));
    form.elements.age.value = parts.get("age") ?? "";
    for (const { key, inputs } of questions) {
      const chosen = (parts.get(key) ?? "").split(",");
      for (const input of inputs) {
        input.checked = chosen.includes(input.value);
        if (input.checked) input.closest("details")?.setAttribute("open", "");
      }
    }
  }

  function start() {
    if (FIND.mark !== form.dataset.mark) throw new Error("of another night");
    questions = FIND.questions.map((question) => ({ ...question, inputs: [...form.querySelectorAll(`[name="${question.key}"]`)] }));
    trials = FIND.rows.map(trialFrom);
    recall();
    document.getElementById("without-script").remove();
    form.hidden = answers.hidden = false;
    show();
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", (event) => event.target.closest("#near") || show());
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      history.replaceState(null, "", location.href.split("#")[0]);
      recall();
      Near.clear();
      show();
    });
    addEventListener("hashchange", () => {
      recall();
      show();
    });
    document.getElementById("print").addEventListener("click", () => print());
    Near.listen((origin) => {
      Near.located(FIND.places).then((places) => {
        kilometres = origin && places.map((place) => Near.kilometres(origin, place));
        show();
      });
    });
  }

  load(form.dataset.index).then(start).catch(() => {
    document.getElementById("without-script").textContent = "The trials could not be loaded, or are of another night than this page. Reload the page.";
  });
}
