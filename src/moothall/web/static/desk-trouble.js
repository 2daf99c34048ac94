// What went wrong stands on the page until it is right again: words that are only said are gone when nobody listens.
import { sayNow } from "./desk-say.js";

const place = (id) => document.getElementById(id);

export function signInEnded() {
  const banner = place("sign-in-ended");
  if (!banner.hidden) return;
  banner.hidden = false;
  sayNow("Your sign-in has ended. Sign in again.");
}

// `act`: what the agent pressed, if anything: then the focus goes to the words, which are out of sight on a scrolled page.
export function notThrough(words, act) {
  const box = place("not-through");
  box.querySelector("[data-words]").textContent = words;
  box.hidden = false;
  if (act) box.focus();
  sayNow(`That didn’t go through. ${words}`);
}

// Whether the sign-in had ended and is there again.
export function wentThrough(act) {
  if (act) place("not-through").hidden = true;
  const back = !place("sign-in-ended").hidden;
  place("sign-in-ended").hidden = true;
  return back;
}
