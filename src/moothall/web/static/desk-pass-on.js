// Passing a call on: the panel is fetched when it is opened, stays as it is while the desk around it changes, and finds
// as one types. Without this the same panel is a page of its own.
import { announce } from "./desk-say.js";
import { forgetDrafts, restoreDrafts } from "./desk-drafts.js";

const PAUSE_MS = 200;
const HEADERS = { credentials: "same-origin", cache: "no-store", headers: { "Moothall-Fragment": "1" } };
const panel = () => document.getElementById("pass-on");
let timer = 0;
let asked = 0;

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey) return;
  const opener = event.target.closest?.("[data-opens=pass-on]");
  if (opener && panel()) {
    event.preventDefault();
    open(opener.href);
  }
  if (event.target.closest?.("[data-closes=pass-on]") && panel()) {
    event.preventDefault();
    close();
  }
});

const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

async function open(address) {
  const place = panel();
  const chosen = new URL(address, location.href).searchParams.has("receiver"); // a number that the step tells
  if (place.hidden || !place.children.length || chosen) {
    try {
      const answer = await fetch(address, HEADERS);
      if (!answer.ok) throw new Error(String(answer.status));
      place.replaceChildren(...parsed(await answer.text()).body.children);
    } catch {
      window.location.assign(address); // it says what is wrong, or asks to sign in again
      return;
    }
    document.getElementById("errors")?.remove(); // of what was asked before: it would be read as this panel's
    place.hidden = false;
    restoreDrafts();
  }
  ((chosen && place.querySelector("input[name=receiver]:checked")) || place.querySelector("#pass-said")).focus();
}

export function close() {
  const place = panel();
  if (!place || place.hidden) return false;
  forgetDrafts(place.querySelector("form"));
  place.hidden = true;
  place.replaceChildren();
  document.querySelector(".call-bar [data-opens=pass-on]")?.focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel()?.contains(document.activeElement)) close();
});

// What is found is replaced alone; what was chosen before stays chosen where it is found again.
document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("#pass-said")) return;
  clearTimeout(timer);
  timer = setTimeout(() => find(target), PAUSE_MS);
});

async function find(field) {
  const number = (asked += 1);
  try {
    const answer = await fetch(`${field.dataset.find}&said=${encodeURIComponent(field.value)}`, HEADERS);
    if (!answer.ok || number !== asked || !field.isConnected) return;
    const fresh = parsed(await answer.text()).querySelector("[data-found]");
    const there = panel().querySelector("[data-found]");
    const chosen = there.querySelector("input:checked")?.value;
    there.replaceWith(fresh);
    const again = [...fresh.querySelectorAll("input")].find((each) => each.value === chosen);
    if (again) again.checked = true;
    const count = fresh.querySelectorAll("input:enabled").length;
    announce(count === 1 ? "1 fits." : `${count || "Nobody"} fits.`.replace(/^(\d+) fits/, "$1 fit"));
  } catch { /* the button Find is still there */ }
}

// The server's part is empty and hidden; one that is open is the agent's, until the call is another.
export function holdsPanel(there, part) {
  return part.dataset.part === "pass-on" && part.hidden && !there.hidden && there.dataset.contact === part.dataset.contact;
}

export function tellPassing(was, is) {
  if (was.state === "in_call" && is.state === "wrap_up" && is.partOf) {
    announce(`Passed on to ${is.partOf}. Finish your part.`);
    return true;
  }
  return false;
}
