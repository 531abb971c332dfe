// Says what a term means where it is: on hover, on keyboard focus, or on a tap. Without this
// script, and where glossary.js cannot be had, a term is a plain link to its entry.
{
  const folder = new URL(".", document.currentScript.src);
  const tip = document.createElement("div");
  tip.id = "term-tip";
  tip.className = "tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  document.body.append(tip);

  let wanted = null; // the term to explain; its definition may still be on the way
  let timer = 0;
  let tapped = false; // the last press was a finger or pen, on a term that was not yet explained
  let loading;

  const loaded = () => (loading ??= load(new URL("glossary.js", folder))); // on first use

  const termAt = (target) => (target instanceof Element ? target.closest("a.term") : null);

  function hide() {
    clearTimeout(timer);
    wanted?.removeAttribute("aria-describedby");
    wanted = null;
    tip.hidden = true;
  }

  async function show(term) {
    clearTimeout(timer);
    if (wanted === term) return;
    hide();
    wanted = term;
    await loaded();
    const [name, definition] = GLOSSARY[term.hash.slice(1)];
    if (wanted !== term) return;
    tip.replaceChildren(make("strong", {}, name), ` ${definition}`);
    tip.hidden = false;
    place(term);
    term.setAttribute("aria-describedby", tip.id);
  }

  // Below the term, or above it where the window ends; never over the window's sides.
  function place(term) {
    const boxes = term.getClientRects();
    const first = boxes[0];
    const last = boxes[boxes.length - 1];
    const above = last.bottom + tip.offsetHeight + 8 > innerHeight && first.top > tip.offsetHeight + 8;
    const right = document.documentElement.clientWidth - tip.offsetWidth - 8;
    const left = Math.max(8, Math.min(above ? first.left : last.left, right));
    tip.style.left = `${left + scrollX}px`;
    tip.style.top = `${(above ? first.top - tip.offsetHeight - 6 : last.bottom + 6) + scrollY}px`;
  }

  const later = (doing, milliseconds) => {
    clearTimeout(timer);
    timer = setTimeout(doing, milliseconds);
  };

  document.addEventListener("pointerover", (event) => {
    const term = termAt(event.target);
    if (tip.contains(event.target)) clearTimeout(timer);
    else if (term && event.pointerType === "mouse") later(() => show(term).catch(hide), 120);
  });
  document.addEventListener("pointerout", (event) => {
    if (event.pointerType !== "mouse" || !(termAt(event.target) || tip.contains(event.target))) return;
    if (wanted === document.activeElement) clearTimeout(timer);
    else later(hide, 250); // time enough to move from the term onto its definition
  });
  document.addEventListener("focusin", (event) => {
    const term = termAt(event.target);
    if (term?.matches(":focus-visible")) show(term).catch(hide);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target === wanted) hide();
  });
  document.addEventListener("keydown", (event) => {
    tapped = false;
    if (event.key === "Escape") hide();
  });
  document.addEventListener("pointerdown", (event) => {
    const term = termAt(event.target);
    tapped = event.pointerType !== "mouse" && term !== null && term !== wanted;
    tip.setAttribute("aria-live", tapped ? "polite" : "off"); // a tap moves no screen reader
    if (wanted && term !== wanted && !tip.contains(event.target)) hide();
  });
  document.addEventListener("click", (event) => {
    const term = termAt(event.target);
    if (!term || !tapped) return; // a mouse, the Enter key, a second tap: the link does its own
    tapped = false;
    event.preventDefault();
    show(term).catch(() => location.assign(term.href));
  });
}
