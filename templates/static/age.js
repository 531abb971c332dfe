// What the built page cannot know: how old its data is by now. Runs at once, where it is, so that
// the notice is whole from the first moment and moves nothing.
{
  const days = Math.floor((Date.now() - Date.parse(document.getElementById("as-of").dateTime)) / 86_400_000);
  if (days > 3) {
    document.getElementById("age-days").textContent = days.toLocaleString("en");
    document.getElementById("age").hidden = document.getElementById("age-means").hidden = false;
    document.getElementById("notice").classList.add("warns");
  }
}
