// One asks another about a call: how it stands is said when it changes, at both desks. The timers stay silent.
import { announce, sayNow } from "./desk-say.js";

export function tellAsking(was, is) {
  if (is.state === "asked" && (was.state !== "asked" || was.contact !== is.contact)) return sayNow(is.pop);
  if (was.state === "asked" && is.state === "in_call") return announce("The call is yours now. Alt Shift S for the script.");
  if (is.asking === was.asking) return undefined;
  if (is.asking) announce(is.asking);
  else if (is.state === "in_call" && is.contact === was.contact && !is.notice && !was.held && !is.held) announce("You are with the caller alone.");
  return undefined;
}

// A call that this desk makes.
export function tellRinging(was, is) {
  if (is.rings && !was.rings) announce("You ring them.");
  else if (was.rings && !is.rings && is.state === "in_call") sayNow("They have answered. Alt Shift S for what to say.");
}
