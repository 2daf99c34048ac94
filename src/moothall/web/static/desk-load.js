// What is seldom asked for is fetched when it is opened.
document.addEventListener("toggle", async ({ target }) => {
  if (!target.open || !target.dataset.load || target.dataset.fetched) return;
  target.dataset.fetched = "yes";
  try {
    const answer = await fetch(target.dataset.load, { credentials: "same-origin", headers: { "Moothall-Fragment": "1" } });
    if (answer.ok) target.querySelector("[data-loaded]").textContent = await answer.text();
  } catch {
    delete target.dataset.fetched; // the link inside stays
  }
}, true);
