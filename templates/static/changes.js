// Changes filtered in the page. The filter stands behind the "#" of the address.
{
  const form = document.getElementById("changes-filter");
  const rows = [...document.querySelectorAll("#changes > .filtered")];

  function start() {
    const fields = form.elements;
    const keys = [...fields].filter((field) => field.name).map((field) => field.name);
    const valueOf = (key) => (fields[key].type === "checkbox" ? (fields[key].checked ? "1" : "") : fields[key].value);
    const checked = form.dataset.checked;

    const visitOption = fields.since.querySelector("[value=visit]");
    if (visit.before) visitOption.textContent += ` (data of ${visit.before})`;
    else visitOption.hidden = visitOption.disabled = true;

    // Choices that no row has would only ever find nothing.
    for (const field of form.querySelectorAll("select:not([name=since])")) {
      const known = new Set(rows.flatMap((row) => row.dataset[field.name].split(" ")));
      for (const option of [...field.options]) if (option.value && !known.has(option.value)) option.remove();
      field.parentElement.hidden = field.options.length < 2;
    }

    const since = (value) => {
      if (!value) return "";
      if (value === "visit") return visit.before;
      const day = new Date(`${checked}T00:00Z`);
      day.setUTCDate(day.getUTCDate() - Number(value));
      return day.toISOString().slice(0, 10);
    };

    function show() {
      const wanted = Object.fromEntries(keys.map((key) => [key, valueOf(key)]));
      const first = since(wanted.since);
      let count = 0, major = 0;
      for (const row of rows) {
        const fits =
          ["disease", "kind", "treatment", "subtype"].every((key) => !wanted[key] || row.dataset[key].split(" ").includes(wanted[key])) &&
          (!wanted.major || row.dataset.rank === "major") &&
          (wanted.since === "visit" ? row.dataset.date > first : row.dataset.date >= first);
        row.hidden = !fits;
        if (fits) count++;
        if (fits && row.dataset.rank === "major") major++;
      }
      document.getElementById("found").textContent = `${count} ${count === 1 ? "change" : "changes"}${major ? `, ${major} major` : ""}`;
      document.getElementById("none").hidden = count > 0;
      const kept = keys.filter((key) => valueOf(key)).map((key) => `${key}=${encodeURIComponent(valueOf(key))}`).join("&");
      try {
        if (kept || location.hash.includes("=")) history.replaceState(null, "", kept ? `#${kept}` : location.href.split("#")[0]);
      } catch {
        // A browser that allows this only so often.
      }
    }

    function recall() {
      const given = new Map(location.hash.slice(1).split("&").map((part) => part.split("=")));
      for (const key of keys) {
        const value = given.get(key) ?? "";
        if (fields[key].type === "checkbox") fields[key].checked = value === "1";
        else if ([...fields[key].options].some((option) => option.value === value && !option.disabled)) fields[key].value = value;
      }
    }

    recall();
    form.hidden = false;
    show();
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", show);
    document.getElementById("more-filters").addEventListener("click", () => form.classList.add("whole"));
    if (keys.some((key) => ["treatment", "subtype"].includes(key) && valueOf(key))) form.classList.add("whole");
    addEventListener("hashchange", () => {
      recall();
      show();
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
