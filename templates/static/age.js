// What the built page cannot know: how old it is by now. Runs at once, where it stands, so that the
// notice is there from the first moment and moves nothing.
{
  const asOf = document.getElementById("as-of");
  const days = Math.floor((Date.now() - Date.parse(asOf.dateTime)) / 86_400_000);
  if (days > 3) {
    document.getElementById("stale-days").textContent = days;
    document.getElementById("stale").hidden = false;
  }
}
