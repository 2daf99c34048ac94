// Finding from the desk: a panel beside the call, which goes on. Everything in it also works as the page /find/.
import { panel } from "./desk-panel.js";
import { announce } from "./desk-say.js";

const place = document.querySelector("#find [data-found]");
const find = panel(document.getElementById("find"), {
  inside: () => {
    const box = document.getElementById("find-words");
    box.select();
    return box;
  },
  link: "a[data-find]",
});
export const toggleFind = find.toggle;
let asked = 0; // only what was asked for last is shown, and nothing once it was cleared

// What was found is of one call: it goes with it, and at once when the caller is protected. `typing`: a word that is just
// being typed stays.
export function clearFind({ typing = false } = {}) {
  if (!place) return;
  asked += 1;
  place.replaceChildren();
  place.removeAttribute("aria-busy");
  const box = document.getElementById("find-words");
  if (!typing || document.activeElement !== box) box.value = "";
}

async function show(address) {
  const number = (asked += 1);
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { credentials: "same-origin", cache: "no-store", headers: { "Moothall-Fragment": "1" } });
    const found = await answer.text();
    if (number !== asked) return;
    if (answer.status === 401 || answer.redirected) say("Your sign-in has ended. Sign in again, then find.");
    else if (![200, 422].includes(answer.status)) say("That didn’t go through. Try again.");
    else put(found, answer.status);
  } catch {
    if (number !== asked) return;
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

document.getElementById("find")?.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.act) return find.close(); // the desk sends it, and shows what came of it
  event.preventDefault();
  show(`${form.action}?${new URLSearchParams(new FormData(form))}`);
});

document.getElementById("find")?.addEventListener("click", (event) => {
  const again = event.target.closest("a[data-find-again]");
  if (!again) return;
  event.preventDefault();
  show(again.href);
});
