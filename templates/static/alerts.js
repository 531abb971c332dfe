// "Get alerts": what and how, and the one address that follows from both. What there is to follow is
// read from the plain list below. Nothing that is chosen or typed leaves the page: the choice stands
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
    mail: "What a mail holds, and how many there are, is for the service to say. None when nothing changed.",
    calendar: "Dates that have passed leave, and dates that move move with them.",
    reader: "One entry for each trial and night. None when nothing changed.",
  };

  let trial = ""; // the id that was chosen

  // The choices of the second field: what a disease has in these groups.
  function fill() {
    const { what, disease } = read();
    const wanted = (feed) => feed.disease === disease && feed.group && (what === "country") === (feed.group === "country");
    const groups = new Map();
    for (const feed of [...feeds.values()].filter(wanted)) groups.set(feed.heading, [...(groups.get(feed.heading) ?? []), feed]);
    const chosen = fields.feed.value;
    fields.feed.replaceChildren(
      ...[...groups].map(([heading, own]) => {
        const group = make("optgroup", { label: heading });
        group.append(...own.map((feed) => make("option", { value: feed.feed }, feed.label)));
        return group;
      }),
    );
    if ([...fields.feed.options].some((option) => option.value === chosen)) fields.feed.value = chosen;
  }

  const read = () => ({
    what: fields.what.value,
    how: fields.how.value,
    amount: fields.amount.value,
    disease: fields.disease.value,
  });

  // The feed's folder, the calendar's folder, and what they are about in words.
  function answer() {
    const { what, amount, disease } = read();
    const of = what === "everything" ? "" : disease;
    const home = of ? `${of}/` : "";
    const name = document.querySelector(`.parts [data-disease="${of}"]`).dataset.name;
    if (what === "trial") {
      const title = trialName(trial);
      const short = title.length > 60 ? `${title.slice(0, 60).replace(/\s+\S*$/, "")}…` : title;
      return trial ? { feed: `trials/${trial}/`, calendar: `trials/${trial}/`, about: [...new Set([short, trial])] } : null;
    }
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
    const { what, how, amount } = read();
    for (const field of form.querySelectorAll("[data-for]")) field.hidden = !field.dataset.for.split(" ").includes(what);
    const chosen = feeds.get(fields.feed.value);
    const hasAmounts = how !== "calendar" && what !== "trial" && (["everything", "disease"].includes(what) || Boolean(chosen?.twin));
    form.querySelector(".amount").hidden = !hasAmounts;
    if (amount === "major" && !["everything", "disease"].includes(what)) return choose({ amount: "most" });
    const found = answer();
    const open = part("open");
    const steps = document.querySelector(`#${how} .steps`).cloneNode(true);
    part("title").textContent = found ? `${(found.isWider && how === "calendar" ? found.about.slice(0, 1) : found.about).join(", ")}, ${HOW[how]}` : "Choose a trial";
    part("note").textContent = found ? NOTE[how] : "Type its name or number, and choose it.";
    part("address").parentElement.hidden = !found;
    open.parentElement.hidden = true;
    if (found) {
      let address = `${base}${found.feed}feed.xml`;
      const topic = feeds.get(found.feed);
      if (how === "calendar") {
        address = `${base}${found.calendar}calendar.ics`;
        offer("Add to my calendar", address.replace(/^https?:/, "webcal:"));
        if (found.isWider) part("note").textContent = `The calendar of ${found.about[0]}: there is none for less. ${NOTE.calendar}`;
      } else if (how === "phone" && topic?.topic) {
        address = topic.topic.replace(/^https?:\/\//, "");
        offer("Open in the ntfy app", topic.app);
      } else if (how === "phone") {
        part("note").textContent = "The ntfy app has no topic for this choice. A feed reader is an app for your phone, too: give it this address.";
        steps.replaceChildren(...document.querySelector("#reader .steps").cloneNode(true).childNodes);
      } else if (how === "reader") {
        offer("Open in my reader", `feed:${address}`);
      }
      const forms = steps.querySelector(".forms");
      const links = ["rss.xml", "feed.json"].map((name) => make("a", { href: `../${found.feed}${name}` }, name === "rss.xml" ? "RSS" : "JSON Feed"));
      forms?.replaceChildren("Other forms: ", links[0], ", ", links[1]);
      part("address").textContent = address;
    }
    part("copy").textContent = "Copy";
    part("steps").replaceChildren(...steps.childNodes);
    remember();
  }

  function offer(words, address) {
    const open = part("open");
    open.textContent = words;
    open.href = address;
    open.parentElement.hidden = false;
  }

  // The choice in the address, so that it can be kept and passed on.
  function remember() {
    const { what, how, amount, disease } = read();
    const kept = { what, how, amount };
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
    if (wanted.feed) fields.feed.value = wanted.feed;
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
      found = every.filter(([id, [title]]) => words.every((word) => `${id} ${title}`.toLowerCase().includes(word))).slice(0, 6);
      if (!globalThis.WATCH && /^nct\d{8}$/.test(words[0])) found = [[words[0].toUpperCase(), [words[0].toUpperCase()]]];
    }
    const [only] = found;
    const isChosen = found.length === 1 && words.length === 1 && only[0].toLowerCase() === words[0];
    if (isChosen) pick(only[0]);
    list.replaceChildren(
      ...(isChosen ? [] : found).map(([id, [title]]) => {
        const button = make("button", { type: "button" }, title === id ? id : `${title} (${id})`);
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
      choose({ what: "trial", how: "reader", ...wanted });
    } else choose(wanted);
  }

  form.addEventListener("change", (event) => {
    if (event.target === fields.trial) return;
    if (["what", "disease"].includes(event.target.name)) fill();
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
