// What the built page cannot know: what in it is new to this reader.
const asOf = document.getElementById("as-of");

// The browser's own storage. It may be refused, full, or hold what another version wrote: then
// nothing is remembered, and nothing breaks. Project sites of one owner share it: hence the prefix.
const memory = {
  read(key) {
    try {
      return JSON.parse(localStorage.getItem(`trial-monitor.${key}`));
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      localStorage.setItem(`trial-monitor.${key}`, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  },
};
memory.works = memory.write("works", true);

// The trials that the reader follows, kept in this browser.
const following = {
  ids() {
    const ids = memory.read("followed");
    return Array.isArray(ids) ? ids.filter((id) => /^NCT\d{8}$/.test(id)) : [];
  },
  has: (id) => following.ids().includes(id),
  // False where the browser's storage is full or refused.
  set(id, wanted) {
    const others = following.ids().filter((other) => other !== id);
    return memory.write("followed", wanted ? [id, ...others] : others);
  },
};

// Days of registry data: `seen`, the newest in this visit; `before`, that of the visit before. A
// visit lasts as long as the reader's day (`on`), so that what is new stays marked through it.
const visit = ((last, on) => {
  const seen = asOf?.dateTime ?? "";
  if (typeof last?.seen !== "string") return { on, seen, before: "" };
  const newest = last.seen > seen ? last.seen : seen;
  return { on, seen: newest, before: last.on === on ? last.before : last.seen };
})(memory.read("visit"), new Date().toLocaleDateString("sv")); // as in 2026-08-12
memory.write("visit", visit);

function markNew(within) {
  if (!visit.before) return;
  const [year, month, day] = visit.before.split("-").map(Number);
  const form = { day: "numeric", month: "long", timeZone: "UTC" };
  if (!visit.seen.startsWith(`${year}-`)) form.year = "numeric";
  const since = new Date(Date.UTC(year, month - 1, day)).toLocaleDateString("en-GB", form);
  for (const time of within.querySelectorAll(".brief > time, .change > time, .entry time")) {
    if (time.dateTime <= visit.before) continue;
    time.after(" ", make("span", { className: "new" }, `new since your last visit (data of ${since})`));
  }
}

// An element with properties and children; strings become text, whatever they hold.
function make(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// A script and no fetch(), which a page opened from a folder may not do.
function load(address) {
  return new Promise((resolve, reject) => {
    document.head.append(make("script", { src: address, onload: resolve, onerror: reject }));
  });
}

// A file that the page puts together, given to the reader.
function save(text, name, type) {
  const href = URL.createObjectURL(new Blob([text], { type }));
  make("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000); // when it is surely written
}

// Rows of a file of data/, under its head: those that `chosen` picks. A page that was opened from a
// folder may not read the file: there it is offered whole.
async function saveRows(address, name, chosen) {
  if (location.protocol === "file:") return location.assign(address);
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(address);
  const [head, ...rows] = (await answer.text()).match(/(?:[^"\r\n]|"[^"]*")+/g);
  save([head, ...chosen(rows), ""].join("\r\n"), name, "text/csv");
}

markNew(document);

// The element that a fragment names; null where it names none, or is a filter or no good at all.
function named(hash) {
  try {
    return document.getElementById(decodeURIComponent(hash.slice(1)));
  } catch {
    return null;
  }
}

// A place that a link leads to may be folded away.
function unfold() {
  const place = named(location.hash);
  for (let fold = place?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
}
addEventListener("hashchange", unfold);
unfold();

// Which place of the page the reader is at, in the contents that stay.
{
  const links = [...document.querySelectorAll(".contents a")];
  const places = links.map((link) => named(link.hash));
  // Of long contents, only the chapter that is read shows its parts.
  const isPart = (link) => link.parentElement.classList.contains("sub-level");
  const chapters = links.map((_, number) => links.findLastIndex((link, other) => other <= number && !isPart(link)));
  const mark = () => {
    const passed = places.findLastIndex((place) => place && place.getBoundingClientRect().top < innerHeight / 3);
    const here = Math.max(passed, 0);
    links.forEach((link, number) => {
      link.parentElement.hidden = isPart(link) && chapters[number] !== chapters[here];
      if (number === here) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    });
  };
  if (links.length) {
    let waiting = 0;
    addEventListener("scroll", () => (waiting ||= requestAnimationFrame(() => (waiting = mark()))), { passive: true });
    mark();
  }
}

// The country that the browser's languages name ("en-GB"), in English; "" where none does.
const homeCountry = (() => {
  const region = navigator.languages?.map((language) => language.match(/-([A-Z]{2})$/)?.[1]).find(Boolean);
  return region ? new Intl.DisplayNames(["en"], { type: "region" }).of(region) : "";
})();

// Whether a trial takes people of an age: 2 if it does, 1 if its record leaves it open, 0 if it does
// not. Limits are [youngest, oldest or null]; a third item, where they come from age groups alone,
// has those of them whom it takes for sure, or nobody.
function ageFits([low, high, certain], age) {
  const isWithin = (from, to) => from <= age && (to === null || age <= to || Math.floor(age) === to);
  if (!isWithin(low, high)) return 0;
  return !certain || (certain.length && isWithin(...certain)) ? 2 : 1;
}

// The reader's country among the helplines: the one that was opened last, kept on this device. Where
// they are open to begin with, on a trial's page, the browser's own country does until then.
for (const fold of document.querySelectorAll("details[data-country]")) {
  const countries = fold.closest(".countries");
  fold.open = fold.dataset.country === (memory.read("country") ?? (countries ? "" : homeCountry));
  if (fold.open) countries?.setAttribute("open", "");
  fold.querySelector("summary").addEventListener("click", () => fold.open || memory.write("country", fold.dataset.country));
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Words that are looked for go behind a "#", which browsers do not send: the site's host never
// learns them. Without script the form sends them to a page that says that it needs script.
document.querySelector("header .search")?.addEventListener("submit", (event) => {
  event.preventDefault();
  location.assign(`${event.target.action}#${new URLSearchParams(new FormData(event.target))}`);
});
