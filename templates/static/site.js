// The one thing the built page cannot know: how old it is by now.
const asOf = document.getElementById("as-of");
if (asOf) {
  const days = Math.floor((Date.now() - Date.parse(asOf.dateTime)) / 86_400_000);
  if (days > 3) {
    document.getElementById("stale-days").textContent = days;
    document.getElementById("stale").hidden = false;
  }
}
