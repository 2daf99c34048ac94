// What is seldom asked for is fetched when it is opened: words, or a part of a page.
document.addEventListener("toggle", async ({ target }) => {
  if (!target.open || !target.dataset.load || target.dataset.fetched) return;
  target.dataset.fetched = "yes";
  try {
    const answer = await fetch(target.dataset.load, { credentials: "same-origin", cache: "no-store", headers: { "Moothall-Fragment": "1" } });
    if (!answer.ok || answer.redirected) throw answer;
    put(target.querySelector("[data-loaded]"), await answer.text(), answer.headers.get("Content-Type").startsWith("text/html"));
  } catch {
    delete target.dataset.fetched; // the link inside stays, and leads to the same, or to the sign-in
  }
}, true);

function put(place, text, isPart) {
  if (!isPart) {
    place.textContent = text;
    return;
  }
  const found = new DOMParser().parseFromString(text, "text/html").body;
  // A case opens in a tab of its own: the desk stays where it is.
  found.querySelectorAll("a[data-find-out]").forEach((link) => { link.target = "_blank"; });
  place.replaceChildren(...found.childNodes);
}
