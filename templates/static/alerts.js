// "Get alerts": what and how, and the one address that follows from both. What there is to follow is
// read from the plain list below. Nothing that is chosen or typed leaves the page: the choice is
// behind the "#" of its address.
{
  const form = document.getElementById("alerts");
  const part = (name) => document.getElementById(`alert-${name}`);
  const base = form.dataset.base;
  const fields = form.elements;

  // What there is: a row a feed, by the address of its folder.
  const feeds = new Map();
  for (const section of document.querySelectorAll(".parts details")) {
    for (const row of section.querySelectorAll("[data-feed]")) {
      const list = row.closest("ul");
      feeds.set(row.dataset.feed, {
        ...row.dataset,
        disease: section.dataset.disease,
        name: section.dataset.name,
        heading: list.dataset.heading ?? "",
        group: list.dataset.group ?? "",
        label: row.querySelector(".label").textContent,
      });
    }
  }

  const FIRST = { what: "disease", how: "phone", amount: "major" };
  const HOW = { phone: "on your phone", mail: "by e-mail", calendar: "in your calendar", reader: "in your feed reader" };
  const AMOUNT = { major: "major changes", most: "changes that matter", all: "all changes" };
  const NOTE = {
    phone: "At most one message a night, after the check. None when nothing changed.",
    mail: "No mail when nothing changed. How often it writes, and what a mail shows, is up to the service.",
    calendar: "Past dates drop out. When a sponsor moves a date, the event moves too.",
    reader: "One entry for each trial and night. None when nothing changed.",
  };

  const OF_TRIAL = {
    major: "When it opens, pauses, closes, stops or has results; not when one more place opens.",
    all: "Whatever changes in its record: also when a place opens, in any country; its name is in the message.",
  };

  const OF_COUNTRY = "Changes in trials with a place there; also when a place opens or closes there.";

  let trial = ""; // the id that was chosen

  // The choices of the second field: what a disease has in these groups.
  function fill() {
    const { what, disease } = read();
    const own = [...feeds.values()].filter((feed) => feed.disease === disease);
    const groups = new Map();
    for (const feed of own) {
      if (!["", "kind"].includes(feed.group) && (what === "country") === (feed.group === "country")) {
        groups.set(feed.heading, [...(groups.get(feed.heading) ?? []), feed]);
      }
    }
    const option = (feed) => make("option", { value: feed.feed }, feed.label);
    refill(fields.feed, ...[...groups].map(([heading, those]) => {
      const group = make("optgroup", { label: heading.replace(/^By (.)/, (_, first) => first.toUpperCase()) });
      group.append(...those.map(option));
      return group;
    }));
    refill(fields.kind, fields.kind.options[0], ...own.filter(({ group }) => group === "kind").map(option));
  }

  // A field with other choices; what was chosen stays chosen where it can.
  function refill(field, ...choices) {
    const chosen = field.value;
    field.replaceChildren(...choices);
    if ([...field.options].some(({ value }) => value === chosen)) field.value = chosen;
  }

  const read = () => ({
    what: fields.what.value,
    how: fields.how.value,
    amount: fields.amount.value,
    disease: fields.disease.value,
    kind: fields.kind.value,
  });

  const SHOWN = 60; // characters of a trial's name in the heading

  // The feed's folder, the calendar's folder, and what they are about in words.
  function answer() {
    const { what, amount, disease, kind } = read();
    const of = what === "everything" ? "" : disease;
    const home = of ? `${of}/` : "";
    const name = document.querySelector(`.parts [data-disease="${of}"]`).dataset.name;
    if (what === "trial") {
      if (!trial) return null;
      const title = trialName(trial);
      const short = title.length > SHOWN ? `${title.slice(0, SHOWN).replace(/\s+\S*$/, "")}…` : title;
      const page = `trials/${trial}/`;
      const about = [...new Set([short, trial])];
      if (read().how !== "calendar") about.push(AMOUNT[amount]);
      return { feed: amount === "major" ? `${page}feeds/major/` : page, calendar: page, about };
    }
    if (what === "disease" && kind) return { feed: kind, calendar: home, isWider: true, about: [name, feeds.get(kind).label] };
    if (what === "everything" || what === "disease") {
      const feed = { major: `${home}feeds/major/`, most: home, all: `${home}feeds/all/` }[amount];
      return { feed, calendar: home, about: read().how === "calendar" ? [name] : [name, AMOUNT[amount]] };
    }
    const chosen = feeds.get(fields.feed.value);
    if (!chosen) return null;
    const feed = amount === "all" && chosen.twin ? chosen.twin : chosen.feed;
    return { feed, calendar: home, isWider: true, about: [name, chosen.label, ...(chosen.twin ? [AMOUNT[amount]] : [])] };
  }

  function show() {
    const { what, how, amount, kind } = read();
    for (const field of form.querySelectorAll("[data-for]")) field.hidden = !field.dataset.for.split(" ").includes(what);
    const chosen = feeds.get(fields.feed.value);
    const hasAmounts = ["facet", "country"].includes(what) ? chosen?.twin : !(what === "disease" && kind);
    form.querySelector(".amount").hidden = how === "calendar" || !hasAmounts;
    if (amount === "major" && ["facet", "country"].includes(what)) return choose({ amount: "most" });
    if (amount === "most" && what === "trial") return choose({ amount: "all" });
    const found = answer();
    const topic = feeds.get(found?.feed);
    form.querySelector("[value=phone] ~ span").textContent = found && !topic?.topic ? "Not for this alone" : "An app, ntfy";
    const open = part("open");
    const steps = document.querySelector(`#${how} .steps`).cloneNode(true);
    part("title").textContent = found ? `${(found.isWider && how === "calendar" ? found.about.slice(0, 1) : found.about).join(", ")}, ${HOW[how]}` : "Choose a trial";
    const isTold = how !== "calendar";
    const holds = what === "trial" && isTold ? `${OF_TRIAL[amount]} ` : what === "country" && isTold ? `${OF_COUNTRY} ` : "";
    part("note").textContent = found ? `${holds}${NOTE[how]}` : "Type its name or number, and choose it.";
    part("address").parentElement.hidden = !found;
    open.parentElement.hidden = true;
    if (found) {
      let address = `${base}${found.feed}feed.xml`;
      if (how === "calendar") {
        address = `${base}${found.calendar}calendar.ics`;
        offer("Add to my calendar", address.replace(/^https?:/, "webcal:"));
        if (!["everything", "trial"].includes(what)) {
          const alone = `${base}${found.calendar}primary-completions.ics`.replace(/^https?:/, "webcal:");
          steps.querySelector("ol").after(make("p", {}, "Or only ", make("a", { href: alone }, "when its trials expect their last main measurement"), " (primary completion)."));
        }
        if (found.isWider) part("note").textContent = `All trials of ${found.about[0]}: there is no smaller calendar. ${NOTE.calendar}`;
      } else if (how === "phone" && topic?.topic) {
        address = topic.topic.replace(/^https?:\/\//, "");
        offer("Open in the ntfy app", topic.app);
      } else if (how === "phone") {
        part("note").textContent = "We send no phone messages for this alone. What comes nearest:";
        part("address").parentElement.hidden = true;
        steps.replaceChildren(nearest());
      } else if (how === "reader") {
        offer("Open in my reader", `feed:${address}`);
      }
      for (const service of steps.querySelectorAll("[data-subscribe]")) service.href = service.dataset.subscribe + encodeURIComponent(address);
      const forms = steps.querySelector(".forms");
      const links = ["rss.xml", "feed.json"].map((name) => make("a", { href: `../${found.feed}${name}` }, name === "rss.xml" ? "RSS" : "JSON Feed"));
      forms?.replaceChildren("Other forms: ", links[0], ", ", links[1]);
      part("address").textContent = address;
    }
    part("copy").textContent = "Copy";
    part("steps").replaceChildren(...steps.childNodes);
    remember();
  }

  // Where a choice has no phone messages of its own: other choices, each a button that makes it.
  function nearest() {
    const { what, disease } = read();
    const known = globalThis.WATCH?.trials[trial];
    const slugs = what === "trial" ? (known?.[4] ?? []).map((number) => WATCH.diseases[number]) : [disease];
    const wider = [...slugs.map((slug) => ({ what: "disease", disease: slug, kind: "" })), { what: "everything" }];
    const choices = wider.flatMap((choice) => {
      const home = choice.disease ? `${choice.disease}/` : "";
      const amount = [["major", `${home}feeds/major/`], ["most", home]].find(([, feed]) => feeds.get(feed)?.topic)?.[0];
      const name = choice.disease ? feeds.get(home).name : "all diseases";
      const words = `Phone messages on ${amount === "major" ? "major changes" : "changes"} in ${name}, ${what === "trial" ? "this trial" : "these"} among them`;
      return amount ? [[words, { ...choice, amount }]] : [];
    }).slice(0, 1);
    const one = what === "trial" ? "this trial" : "these trials";
    choices.push([`E-mail when something changes in ${one}, through a service`, { how: "mail" }]);
    choices.push([`Dates of ${what === "trial" ? "this trial" : "its disease’s trials"} in your phone’s calendar`, { how: "calendar" }]);
    choices.push(["A feed reader app on your phone", { how: "reader" }]);
    return make("ul", { className: "nearest" }, ...choices.map(([words, choice]) => {
      const button = make("button", { type: "button", className: "little" }, words);
      button.addEventListener("click", () => choose(choice));
      return make("li", {}, button);
    }));
  }

  function offer(words, address) {
    const open = part("open");
    open.textContent = words;
    open.href = address;
    open.parentElement.hidden = false;
  }

  // The choice in the address, so that it can be kept and passed on.
  function remember() {
    const { what, how, amount, disease, kind } = read();
    const kept = { what, how, amount };
    if (what === "disease" && kind) kept.kind = kind;
    if (["disease", "facet", "country"].includes(what)) kept.disease = disease;
    if (["facet", "country"].includes(what)) kept.feed = fields.feed.value;
    if (trial && what === "trial") kept.trial = trial;
    history.replaceState(null, "", `#${new URLSearchParams(kept)}`);
  }

  function choose(wanted) {
    for (const [name, value] of Object.entries(wanted)) {
      const field = fields[name];
      if (field instanceof RadioNodeList || [...(field?.options ?? [])].some((option) => option.value === value)) field.value = value;
    }
    for (const name of Object.keys(FIRST)) if (!fields[name].value) fields[name].value = FIRST[name];
    if (!fields.disease.options.length) fields.what.value = "everything";
    fill();
    for (const name of ["feed", "kind"]) {
      if ([...fields[name].options].some(({ value }) => value === wanted[name])) fields[name].value = wanted[name];
    }
    show();
  }

  // One trial, by its name or number. Of 3,500 trials the names are 100 KB: they come when asked for.
  const trialName = (id) => globalThis.WATCH?.trials[id]?.[0] ?? id;
  const names = () => (globalThis.WATCH ? Promise.resolve() : load(form.dataset.index));

  async function look() {
    const words = fields.trial.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const list = document.getElementById("matches");
    let found = [];
    if (words.length) {
      await names().catch(() => {});
      const every = Object.entries(globalThis.WATCH?.trials ?? {});
      found = every.filter(([id, [name, , , title]]) => words.every((word) => `${id} ${name} ${title}`.toLowerCase().includes(word))).slice(0, 6);
      if (!globalThis.WATCH && /^nct\d{8}$/.test(words[0])) found = [[words[0].toUpperCase(), [words[0].toUpperCase()]]];
    }
    const [only] = found;
    const isChosen = found.length === 1 && words.length === 1 && only[0].toLowerCase() === words[0];
    if (isChosen) pick(only[0]);
    list.replaceChildren(
      ...(isChosen ? [] : found).map(([id, [name]]) => {
        const button = make("button", { type: "button" }, name === id ? id : `${name} (${id})`);
        button.addEventListener("click", () => {
          list.replaceChildren();
          pick(id);
        });
        return make("li", {}, button);
      }),
    );
    fields.trial.setAttribute("aria-expanded", list.childElementCount > 0);
  }

  function pick(id) {
    trial = id;
    fields.trial.value = id;
    fields.trial.setAttribute("aria-expanded", false);
    show();
  }

  async function begin() {
    const hash = decodeURIComponent(location.hash.slice(1));
    const wanted = hash.includes("=") ? Object.fromEntries(new URLSearchParams(hash)) : feeds.has(`${hash}/`) ? { ...FIRST, disease: hash } : {};
    if (/^NCT\d{8}$/.test(wanted.trial ?? "")) {
      trial = wanted.trial;
      fields.trial.value = trial;
      await names().catch(() => {});
      choose({ what: "trial", how: "mail", amount: "all", ...wanted });
      // Whoever comes from a trial has chosen: on a phone the answer is below the questions.
      if (wanted.how && innerWidth < 1100) part("title").scrollIntoView({ block: "start" });
    } else choose(wanted);
  }

  form.addEventListener("change", (event) => {
    if (event.target === fields.trial) return;
    if (["what", "disease"].includes(event.target.name)) fill();
    // One trial has few entries, and new places are no major change.
    if (event.target.name === "what" && event.target.value === "trial") fields.amount.value = "all";
    show();
  });
  fields.trial.addEventListener("input", look);
  form.addEventListener("submit", (event) => event.preventDefault());
  part("copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(part("address").textContent);
      part("copy").textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(part("address"));
      part("copy").textContent = "Not copied";
    }
  });
  addEventListener("hashchange", begin);
  document.getElementById("ways").hidden = true;
  form.hidden = document.getElementById("alert").hidden = false;
  begin();
}
