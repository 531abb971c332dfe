// The reader's own list of trials, kept in the browser: the button on a trial's page that puts it on
// the list, and the page that shows the list.
{
  const folder = new URL(".", document.currentScript.src);
  const NEWS = 60; // changes shown at once

  // Called for every page on which the list shows: now, when another tab changes the list, and when
  // the reader comes back to the page.
  function whenever(show) {
    addEventListener("storage", show);
    addEventListener("pageshow", (event) => event.persisted && show());
    show();
  }

  // A trial's page

  function startButton(button) {
    const id = button.dataset.trial;
    button.addEventListener("click", () => {
      const kept = following.set(id, !following.has(id));
      show();
      if (!kept) button.textContent = "Not kept: this browser’s storage is full or refused";
    });
    function show() {
      const on = following.has(id);
      button.setAttribute("aria-pressed", on);
      button.textContent = on ? "Following" : "Follow this trial";
    }
    whenever(show);
    button.parentElement.hidden = false;
  }

  // The page of the list

  const part = (name) => document.getElementById(`watch-${name}`);

  async function startPage() {
    if (!memory.works) {
      part("refused").hidden = false;
      return;
    }
    part("keep").hidden = false;
    const exported = (folder) => loaded().then(() => save(opml(following.ids(), folder), "trials-i-follow.opml", "text/x-opml")).catch(failed);
    part("export").addEventListener("click", () => exported(""));
    part("export-major").addEventListener("click", () => exported("feeds/major/"));
    part("major").addEventListener("change", () => show().catch(failed));
    part("import").addEventListener("change", (event) => importFrom(event.target.files[0]).catch(failed));
    part("trials").addEventListener("click", (event) => {
      const id = event.target.dataset.stop;
      if (id) stop(id);
    });
    try {
      if (following.ids().length) await loaded();
      whenever(() => show().catch(failed));
    } catch {
      failed();
    }
  }

  // Of 3,500 trials these are 100 KB, compressed; so only where something is followed.
  const loaded = async () => globalThis.WATCH ?? load(new URL("watch-index.js", folder));

  const failed = () => {
    part("said").textContent = "The trials’ data could not be loaded. Your list is safe; try again later.";
  };

  async function show() {
    const ids = following.ids();
    part("empty").hidden = ids.length > 0;
    part("list").hidden = ids.length === 0;
    if (!ids.length) return;
    await loaded();
    const major = part("major").checked;
    const found = news(ids).filter(({ rank }) => !major || rank === "major");
    part("news").replaceChildren(...found.slice(0, NEWS).map(brief));
    part("quiet").hidden = found.length > 0;
    part("quiet").textContent = `No ${major ? "major " : ""}change seen yet in these trials.`;
    part("trials").replaceChildren(...ids.map(item));
    markNew(part("news"));
  }

  const address = (id) => `../trials/${id}/index.html`;
  const trial = (id) => globalThis.WATCH?.trials[id];

  function news(ids) {
    const all = ids.flatMap((id) => (trial(id)?.[2] ?? []).map(([date, rank, what]) => ({ id, date, rank: WATCH.ranks[rank], what })));
    return all.sort((one, other) => other.date.localeCompare(one.date));
  }

  function day(iso) {
    const form = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
    return new Date(`${iso}T00:00Z`).toLocaleDateString("en-GB", form);
  }

  // The trials that a file of this page (or a feed reader's) names, by the addresses of their feeds.
  async function importFrom(file) {
    if (!file) return;
    const read = new DOMParser().parseFromString(await file.text(), "application/xml");
    const ids = [...read.querySelectorAll("outline[xmlUrl]")]
      .map((outline) => /\/trials\/(NCT\d{8})\//.exec(outline.getAttribute("xmlUrl"))?.[1])
      .filter(Boolean);
    const fresh = [...new Set(ids)].filter((id) => !following.has(id));
    const kept = fresh.every((id) => following.set(id, true));
    await show();
    const words = fresh.length === 1 ? "1 trial added." : `${fresh.length} trials added.`;
    part("said").textContent = kept ? (ids.length ? words : "That file names no trial of this site.") : "Not all were kept: this browser’s storage is full or refused.";
  }

  const number = (id) => make("span", { className: "id" }, id);

  function brief({ id, date, what }) {
    return make(
      "li",
      { className: "brief" },
      make("time", { dateTime: date }, day(date)),
      " ",
      make("a", { href: `${address(id)}#d${date}` }, what),
      " ",
      make("span", { className: "about" }, trial(id)[0], " ", number(id)),
    );
  }

  function item(id) {
    const found = trial(id);
    const name = found ? found[0] : id;
    const stop = make("button", { type: "button", className: "link" }, "Stop following");
    stop.dataset.stop = id;
    stop.setAttribute("aria-label", `Stop following ${name}`);
    const about = found
      ? [make("a", { href: address(id) }, name), " ", number(id), " ", status(found)]
      : [number(id), " is no longer on this site. ", record(id)];
    const alerts = make("a", { href: `../feeds/index.html#trial=${id}&how=mail` }, "Get alerts");
    alerts.setAttribute("aria-label", `Get alerts of ${name}`);
    return make("li", {}, make("p", {}, ...about), make("span", {}, ...(found ? [alerts, " · "] : []), stop));
  }

  function status(found) {
    const [group, word] = WATCH.pills[found[1]];
    const shape = document.querySelector(`.counts .${group} svg`).cloneNode(true);
    return make("span", { className: `pill ${group}` }, shape, word);
  }
  const record = (id) =>
    make("a", { href: `https://clinicaltrials.gov/study/${id}` }, "See ClinicalTrials.gov");

  async function stop(id) {
    following.set(id, false);
    await show();
    part("said").textContent = `${trial(id)?.[0] ?? id} is no longer on your list.`;
    part("said").focus(); // the button that had the focus is gone
  }

  // A list of feeds as feed readers import it, each in this folder of its trial's. Built as a
  // document, so a title cannot break it.
  function opml(ids, folder) {
    const base = new URL("..", document.querySelector("link[rel=canonical]").href);
    const made = document.implementation.createDocument(null, "opml");
    const add = (parent, name, attributes, text = "") => {
      const child = parent.appendChild(made.createElement(name));
      for (const [key, value] of Object.entries(attributes)) child.setAttribute(key, value);
      child.textContent = text;
      return child;
    };
    made.documentElement.setAttribute("version", "2.0");
    add(add(made.documentElement, "head", {}), "title", {}, "Trials I follow");
    const body = add(made.documentElement, "body", {});
    for (const id of ids.filter(trial)) {
      const page = new URL(`trials/${id}/`, base).href;
      const text = `${trial(id)[0]} (${id})`;
      add(body, "outline", { type: "rss", text, xmlUrl: `${page}${folder}feed.xml`, htmlUrl: page });
    }
    return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(made)}\n`;
  }

  const button = document.getElementById("follow");
  if (button && memory.works) startButton(button);
  if (part("list")) {
    document.getElementById("without-script").remove();
    startPage();
  }
}
