// Changes filtered in the page. The filter follows the "#" of the address.
{
  const form = document.getElementById("changes-filter");
  const rows = [...document.querySelectorAll("#changes > .filtered")];
  const FACETS = ["target", "treatment", "subtype"]; // the narrowest first

  function start() {
    const fields = form.elements;
    const keys = [...fields].filter((field) => field.name).map((field) => field.name);
    const valueOf = (key) => (fields[key].type === "checkbox" ? (fields[key].checked ? "1" : "") : fields[key].value.trim());
    const diseases = form.dataset.diseases.split(" ");

    // Choices that no row has would only ever find nothing.
    for (const field of form.querySelectorAll("select:not([name=since])")) {
      const known = new Set(rows.flatMap((row) => row.dataset[field.name].split(" ")));
      for (const option of [...field.options]) if (option.value && !known.has(option.value)) option.remove();
      field.parentElement.hidden = field.options.length < 2;
    }

    const since = (value) => {
      if (!value) return "";
      if (value === "visit") return visit.before;
      const day = new Date(`${form.dataset.checked}T00:00Z`);
      day.setUTCDate(day.getUTCDate() - Number(value));
      return day.toISOString().slice(0, 10);
    };
    for (const option of fields.since.options) {
      if (option.value === "visit" && !visit.before) option.hidden = option.disabled = true;
      else if (option.value) option.textContent += ` (from ${since(option.value)})`;
    }

    const textOf = (row) => `${row.textContent} ${row.dataset.words}`.toLowerCase();

    function show() {
      const wanted = Object.fromEntries(keys.map((key) => [key, valueOf(key)]));
      const first = since(wanted.since);
      const words = wanted.words.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0, major = 0;
      for (const row of rows) {
        const fits =
          ["disease", "kind", ...FACETS].every((key) => !wanted[key] || row.dataset[key].split(" ").includes(wanted[key])) &&
          (!wanted.major || row.dataset.rank === "major") &&
          (wanted.since === "visit" ? row.dataset.date > first : row.dataset.date >= first) &&
          (!words.length || words.every((word) => textOf(row).includes(word)));
        row.hidden = !fits;
        if (fits) count++;
        if (fits && row.dataset.rank === "major") major++;
      }
      document.getElementById("found").textContent = `${count} ${count === 1 ? "change" : "changes"}${major ? `, ${major} major` : ""}`;
      document.getElementById("none").hidden = count > 0;
      const oldest = rows.at(-1).dataset.date;
      const older = document.getElementById("older");
      older.hidden = !first || first >= oldest || !document.querySelector("[aria-label='By month']");
      older.querySelector("span").textContent = rows.at(-1).querySelector("time").textContent;
      showFeed(wanted);
      const kept = keys.filter((key) => valueOf(key)).map((key) => `${key}=${encodeURIComponent(valueOf(key))}`).join("&");
      try {
        if (kept || location.hash.includes("=")) history.replaceState(null, "", kept ? `#${kept}` : location.href.split("#")[0]);
      } catch {
        // A browser that allows this only so often.
      }
    }

    // The feed of what is chosen: [its folder, the choices that it cannot make].
    function feedOf(wanted) {
      const { major, words } = wanted;
      if (/^nct\d{8}$/i.test(words)) return [`trials/${words.toUpperCase()}/${major ? "feeds/major/" : ""}`, ["kind", ...FACETS]];
      const disease = wanted.disease || (diseases.length === 1 ? diseases[0] : "");
      const home = disease ? `${disease}/` : "";
      const has = (key) => wanted[key] && (key === "kind" || fields[key].selectedOptions[0].dataset.diseases.split(" ").includes(disease));
      const key = disease && [...FACETS, "kind"].find(has);
      if (!key) return [`${home}feeds/${major ? "major" : "all"}/`, ["kind", ...FACETS, "words"]];
      const others = ["major", "words", "kind", ...FACETS].filter((other) => other !== key);
      return [`${home}feeds/${key === "kind" ? wanted.kind : `${key}-${wanted[key]}/all`}/`, others];
    }

    function showFeed(wanted) {
      const [folder, beyond] = feedOf(wanted);
      const labels = { kind: "kind", words: "trial or sponsor", major: "rank" };
      const missed = beyond.filter((key) => wanted[key]).map((key) => labels[key] ?? key);
      const feed = document.getElementById("feed");
      feed.href = `../${folder}feed.xml`;
      feed.textContent = missed.length ? "Nearest feed" : "Feed for these";
      document.getElementById("feed-about").textContent = missed.length ? `Wider than the list: no feed can also choose by ${missed.join(", ")}.` : "";
    }

    function recall() {
      const given = new URLSearchParams(location.hash.slice(1));
      for (const key of keys) {
        const value = given.get(key) ?? "";
        const field = fields[key];
        if (field.type === "checkbox") field.checked = value === "1";
        else if (!field.options || [...field.options].some((option) => option.value === value && !option.disabled)) field.value = value;
      }
    }

    recall();
    form.hidden = false;
    show();
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", show);
    document.getElementById("more-filters").addEventListener("click", () => form.classList.add("whole"));
    if ([...FACETS, "words", "since"].some((key) => keys.includes(key) && valueOf(key))) form.classList.add("whole");
    addEventListener("hashchange", () => {
      recall();
      show();
    });
    document.getElementById("download").addEventListener("click", (event) => {
      const shown = new Set(rows.flatMap((row) => (row.hidden ? [] : row.dataset.trials.split(" ").map((id) => `${row.dataset.date},${id}`))));
      const chosen = (all) => all.filter((line) => shown.has(line.slice(0, 22)));
      saveRows(form.dataset.file, "changes-shown.csv", chosen).catch(() => (event.target.textContent = "Not loaded: try again"));
    });
    document.getElementById("copy-link").addEventListener("click", async (event) => {
      try {
        await navigator.clipboard.writeText(location.href);
        event.target.textContent = "Copied";
      } catch {
        event.target.textContent = "Copy it from the address bar";
      }
    });
  }

  if (form) start();
}
