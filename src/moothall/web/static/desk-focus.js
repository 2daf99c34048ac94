// Where the focus goes when what held it is gone: with its call, or after the act that a button asked for. What was being
// typed goes on in the same field, where there is one. Focus that is held by something stays there.
import { sayNow } from "./desk-say.js";

export function focusOn(...places) {
  for (const place of places) {
    const found = document.querySelector(place);
    if (found) return found.focus();
  }
  return undefined;
}

// After an error the focus stands in the field that it is about, so that the next letter isn't lost; its words are said,
// and stand at the field. Where it is about no field, in the box that tells it.
export function toTheProblem() {
  const link = document.querySelector('#errors a[href^="#"]');
  const field = link && document.querySelector("#desk")?.querySelector(`#${CSS.escape(link.hash.slice(1))}`);
  if (!field) return focusOn("#errors");
  field.closest("details")?.setAttribute("open", "");
  field.focus();
  if (field.matches("textarea")) field.setSelectionRange(field.value.length, field.value.length);
  else field.select?.(); // what is typed next takes the place of what was wrong
  return sayNow(`There is a problem. ${link.textContent}`);
}

export function focusHeld() {
  const field = document.activeElement;
  if (!field?.closest("#desk")) return null;
  return { id: field.id, from: field.selectionStart ?? null, to: field.selectionEnd ?? null };
}

// `asked`: the agent has asked for what came, so that the focus goes there even if nothing held it.
export function giveBack(held, asked) {
  if (document.activeElement !== document.body || (!held && !asked)) return;
  const same = held?.id ? document.getElementById(held.id) : null;
  if (!same) return focusOn("#finish h1", "#asked-head", "#say", "#main h1");
  same.focus();
  if (held.from !== null) same.setSelectionRange(held.from, held.to);
}
