// Finding from the desk: a panel beside the call, which goes on. Everything in it also works as the page /find/.
import { announce } from "./desk-say.js";

const panel = document.getElementById("find");
const place = panel?.querySelector("[data-found]");
let cameFrom = null;

// The key and the top line's link open it; the key again, Escape and Close lead back where the agent was.
export function toggleFind() {
  if (!panel) return;
  if (panel.open && panel.contains(document.activeElement)) return closeFind();
  if (!panel.contains(document.activeElement)) cameFrom = document.activeElement;
  panel.show();
  const box = panel.querySelector("input[type=search]");
  box.focus();
  box.select();
}

function closeFind() {
  panel.close();
  if (cameFrom?.isConnected && cameFrom !== document.body) cameFrom.focus();
  else (document.getElementById("say") ?? document.querySelector(".top a[data-find]")).focus();
}

async function show(address) {
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { credentials: "same-origin", cache: "no-store", headers: { "Moothall-Fragment": "1" } });
    if (answer.status === 401 || answer.redirected) say("Your sign-in has ended. Sign in again, then find.");
    else if (![200, 422].includes(answer.status)) say("That didn’t go through. Try again.");
    else put(await answer.text(), answer.status);
  } catch {
    say("This page lost its link, so nothing was looked for. Your words stay. Try again.");
  }
  place.removeAttribute("aria-busy");
}

function put(html, status) {
  const found = new DOMParser().parseFromString(html, "text/html").body;
  // A case opens in a tab of its own: the desk stays where it is.
  found.querySelectorAll("a[data-find-out]").forEach((link) => { link.target = "_blank"; });
  place.replaceChildren(...found.childNodes);
  if (status === 422) return announce(place.textContent.trim());
  place.querySelector("[data-found-head]")?.focus();
}

function say(words) {
  const line = document.createElement("p");
  line.className = "note-box note-box--warn";
  line.textContent = words;
  place.replaceChildren(line);
  announce(words);
}

panel?.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.act) return closeFind(); // the desk sends it, and shows what came of it
  event.preventDefault();
  show(`${form.action}?${new URLSearchParams(new FormData(form))}`);
});

panel?.addEventListener("click", (event) => {
  const again = event.target.closest("a[data-find-again]");
  if (event.target.closest("[data-find-close]")) closeFind();
  if (!again) return;
  event.preventDefault();
  show(again.href);
});

panel?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.preventDefault();
  closeFind();
});

document.querySelector(".top")?.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-find]");
  if (!panel || !link) return;
  event.preventDefault();
  link.closest("details")?.removeAttribute("open");
  toggleFind();
});
