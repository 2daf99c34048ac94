// The desk's keys: Alt+Shift with a letter, from the one table `Keys ?` (web/keys.py). No single letter acts; a digit
// chooses an answer wherever nothing is being typed: the answer's own number, or among addresses the house's.
import { chooseByDigit } from "./desk-digits.js";
import { toggleFind } from "./desk-find.js";
import { panel } from "./desk-panel.js";

const TWICE_MS = 2000;
const SETTLED_MS = 400;
let cameFrom = null;
let endPressed = 0;
let focused = 0;
const keys = panel(document.getElementById("keys"), { inside: () => document.getElementById("keys-head"), link: "a[data-keys-page]" });

export function startKeys(desk, announce) {
  const codes = JSON.parse(desk().dataset.keys);
  document.addEventListener("keydown", (event) => {
    if (keysAreOff()) return;
    if (event.altKey && event.shiftKey && codes[event.code]) {
      event.preventDefault();
      act(codes[event.code], announce);
    } else if (event.ctrlKey && event.key === "Enter") pressFilled(event);
    else if (event.key === "Escape") closeFold();
    else if (event.key === "Enter" && event.target.matches?.("#say, fieldset#value")) goOn(event);
    else if (event.key === "?" && !types(event.target)) keys.toggle();
    else if (!types(event.target)) typeOn(event) || chooseByDigit(event, announce);
  });
  document.addEventListener("focusin", () => { focused = Date.now(); });
}

// After each step the focus stands on what to say: Enter goes on from there. The second of two quick presses was meant
// for the step before.
function goOn(event) {
  if (event.repeat || Date.now() - focused < SETTLED_MS) return;
  pressFilled(event);
}

// Whoever types where the focus stands after each step means the step's one field.
function typeOn(event) {
  const field = document.querySelector("#desk #value");
  const letter = event.key.length === 1 && event.key !== " " && !(event.ctrlKey || event.altKey || event.metaKey);
  if (!letter || !event.target.matches?.("#say") || !field || !types(field)) return false;
  field.focus();
  field.select();
  return true;
}

// The page `Keys ?` switches them off and on again, for this browser.
function keysAreOff() {
  try { return localStorage.getItem("moothall.keys") === "off"; } catch { return false; }
}

// A key that can't do anything now says so: silence would be taken for a key that is broken.
function act({ act: name, idle }, announce) {
  if (!pressed(name, announce)) announce(idle);
}

function pressed(name, announce) {
  const go = {
    say: () => focus("#say"),
    caller: () => focus("#caller"),
    notes: () => thereAndBack("#notes"),
    history: () => thereAndBack("#history"),
    end: () => endTwice(announce),
    another: () => openFold(),
    find: () => toggleFind() ?? true,
    comment: () => focus("#comment-text"),
  }[name];
  if (go) return go();
  const button = document.querySelector(`#desk [data-key="${name}"]`);
  button?.click();
  return Boolean(button);
}

function focus(place) {
  const found = document.querySelector(place);
  const fold = found?.closest("details");
  if (fold) fold.open = true;
  found?.focus();
  return Boolean(found);
}

function thereAndBack(place) {
  const part = document.querySelector(place)?.closest("details");
  if (!part) return false;
  if (!part.contains(document.activeElement)) cameFrom = document.activeElement;
  else if (!cameFrom?.isConnected) return focus("#say");
  else return cameFrom.focus() ?? true;
  return focus(place);
}

function openFold() {
  const summary = document.querySelector('#desk [data-key="another"]');
  if (!summary) return focus('#desk form[data-act="need"] button');
  summary.parentElement.open = true;
  summary.focus();
  return true;
}

function endTwice(announce) {
  const button = document.querySelector('#desk [data-key="end"]');
  if (!button) return false;
  if (Date.now() - endPressed < TWICE_MS) {
    endPressed = 0;
    button.click();
    return true;
  }
  endPressed = Date.now();
  const words = [...button.childNodes];
  button.textContent = "Press again to end";
  announce("Press again to end the call.");
  setTimeout(() => { if (button.isConnected) button.replaceChildren(...words); }, TWICE_MS);
  return true;
}

// What is typed is sent by its own form's button; from anywhere else it is the part's filled one.
function pressFilled(event) {
  if (event.target.matches?.("form[data-digits] button")) { // gone to by its number
    event.preventDefault();
    return event.target.click();
  }
  const form = types(event.target) ? event.target.closest("form") : null;
  const region = event.target.closest?.("[data-region]") ?? document.querySelector("#desk main [data-region]");
  const button = form?.querySelector(".button--main") ?? form?.querySelector("button:not([type=button])")
    ?? region?.querySelector(".button--main");
  if (!button) return;
  event.preventDefault();
  button.click();
}

function closeFold() {
  const fold = document.activeElement?.closest("details.fold[open]");
  if (!fold) return;
  fold.open = false;
  fold.querySelector("summary").focus();
}

function types(field) {
  return field.matches?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
}
