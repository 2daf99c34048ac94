// A caller on hold: said when it begins and ends, and once when they have waited for two minutes. The timer itself is
// silent.
import { announce } from "./desk-say.js";

const LONG_MS = 120000;
let reminder = 0;

export function tellHold(was, is) {
  if (is.held === was.held) return;
  clearTimeout(reminder);
  if (is.held) {
    if (!is.asking) announce("On hold. They hear music.");
    remind(is);
  } else if (is.state === "in_call" && is.contact === was.contact && !is.asking) announce("Back with the caller.");
}

export function remind(desk) {
  if (!desk.held) return;
  const waited = new Date(desk.now) - new Date(desk.held); // both by the server's clock
  if (waited < LONG_MS) reminder = setTimeout(() => announce("They have been on hold for 2 minutes."), LONG_MS - waited);
}
