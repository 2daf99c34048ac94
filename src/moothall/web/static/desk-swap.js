// The desk's parts: each is swapped alone when it has changed, so that focus, what is being typed and what was opened
// stay where they are.
import { holdsPanel } from "./desk-pass-on.js";

const seen = new WeakMap(); // part → its HTML as the server sent it
const ALWAYS = new Set(["bar", "asking"]); // these hold buttons alone, and must say how the call stands
export const SCRIPT = new Set(["step", "back", "need", "switch", "council", "interrupt", "code", "give"]);
let shown = () => {};

// What is to be done after a part was put in by the agent's own press.
export function whenShown(act) {
  shown = act;
}

// Parts are matched by name. A part that is the same stays; one that holds the focus stays too and says that it changed,
// unless the change is what the agent just asked for.
export function swap(before, fresh, act) {
  swapParts(before, [...fresh.children].filter((child) => child.dataset.part), before.querySelector(".desk__body"), act);
  const body = before.querySelector(".desk__body");
  const bodyNew = fresh.querySelector(".desk__body");
  const ringing = fresh.dataset.state === "ringing";
  for (const name of ["main", "aside"]) {
    const [old, now] = [body.querySelector(`[data-parts="${name}"]`), bodyNew.querySelector(`[data-parts="${name}"]`)];
    if (old && now) {
      if (name === "main" && ringing && !now.children.length) continue; // while it rings the body keeps what was there
      swapParts(old, [...now.children], null, act);
      old.setAttribute("aria-label", now.getAttribute("aria-label"));
    } else if (old) old.remove();
    else if (now) { remember(now); body.append(now); }
  }
}

function swapParts(parent, parts, end, act) {
  parent.querySelectorAll(":scope > .changed-now").forEach((note) => note.remove()); // it offered what is older now
  const old = new Map([...parent.children].filter((child) => child.dataset.part).map((child) => [child.dataset.part, child]));
  let place = old.values().next().value ?? end; // before it the next part stands; what stands there isn't moved, or it
  const put = (part) => {                       // would lose the focus that it holds
    if (part === place) place = following(part, end);
    else parent.insertBefore(part, place);
  };
  for (const part of parts) {
    const there = old.get(part.dataset.part);
    old.delete(part.dataset.part);
    if (there && (seen.get(there) === bare(part) || holdsNotesOf(there, part) || holdsCode(there, part, act) || (!act && holdsPanel(there, part)))) {
      put(there);
      continue;
    }
    if (there && !act && !ALWAYS.has(there.dataset.part) && there.contains(document.activeElement)) {
      put(there);
      offerChange(there, part);
      continue;
    }
    remember(part);
    const held = there?.contains(document.activeElement) ? document.activeElement.dataset.key : "";
    if (there) keepFolds(there, part, act);
    if (there && act !== "finish") keepChoices(there, part);
    parent.insertBefore(part, place);
    if (there === place) place = following(there, end);
    if (there) there.remove();
    if (held) (part.querySelector(`[data-key="${held}"]`) ?? part.querySelector("[data-key]"))?.focus(); // Hold has become Back to caller
  }
  old.forEach((part) => part.remove());
}

function following(part, end) {
  let next = part.nextElementSibling;
  while (next && next !== end && !next.dataset.part) next = next.nextElementSibling;
  return next ?? end;
}

// Notes belong to whoever types them: while the call is the same, what stands in the field is newer than the server's.
function holdsNotesOf(there, part) {
  return part.dataset.part === "notes" && there.querySelector("form").dataset.notes === part.querySelector("form").dataset.notes;
}

// A code is told once and kept by nobody: it stays until the agent goes on with the script, whatever else is pressed.
function holdsCode(there, part, act) {
  return part.dataset.part === "script" && !SCRIPT.has(act) && there.querySelector("#given") && !part.querySelector("#given");
}

export function remember(root) {
  const parts = root.dataset.part ? [root] : [...root.querySelectorAll("[data-part]")];
  parts.forEach((part) => seen.set(part, bare(part)));
}

// The forms' tokens differ each time they are sent, though nothing has changed.
function bare(part) {
  return part.outerHTML.replace(/(name="csrfmiddlewaretoken" value=")[^"]*/g, "$1");
}

function keepFolds(from, to, act) {
  const folds = [from, ...from.querySelectorAll("[data-fold]")].filter((fold) => fold.dataset.fold && !(act && ["another", "other-council", "others"].includes(fold.dataset.fold)));
  for (const fold of folds) {
    const same = to.dataset.fold === fold.dataset.fold ? to : to.querySelector(`[data-fold="${CSS.escape(fold.dataset.fold)}"]`);
    if (!same) continue;
    same.open = fold.open;
    if (fold.dataset.placed) same.dataset.placed = "yes";
  }
  const [typing, next] = [from.querySelector("textarea"), to.querySelector("textarea")];
  if (typing && next && !("refused" in next.dataset) && typing.id === next.id && typing.value !== typing.defaultValue) {
    next.value = typing.value;
    next.dataset.carried = "yes";
    for (const name of ["was", "sent_last"]) { // with what it was typed on
      const [from, to] = [typing, next].map((field) => field.form?.elements[name]);
      if (from && to) to.value = from.value;
    }
  }
}

// What was chosen at a Finish stays until it is sent; of one that was refused, all that the server showed again.
function keepChoices(from, to) {
  const [before, after] = [from, to].map((part) => part.querySelector("form[data-act=finish]"));
  if (!before || !after) return;
  const refused = "kept" in before.dataset;
  if (refused) after.dataset.kept = "yes";
  for (const field of before.querySelectorAll("select, [type=checkbox]")) {
    const same = after.elements[field.name];
    if (!same || !(refused || isChosen(field))) continue;
    if (field.type === "checkbox") same.checked = field.checked;
    else {
      if (![...same.options].some(({ value }) => value === field.value)) same.append(field.selectedOptions[0].cloneNode(true));
      same.value = field.value;
    }
  }
}

function isChosen(field) {
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  return field.value !== ([...field.options].find((each) => each.defaultSelected) ?? field.options[0])?.value;
}

function offerChange(there, part) {
  if (there.previousElementSibling?.classList.contains("changed-now")) there.previousElementSibling.remove();
  const note = document.createElement("p");
  const button = document.createElement("button");
  note.className = "changed-now";
  note.textContent = "Changed just now. ";
  button.className = "link";
  button.textContent = "Show";
  button.addEventListener("click", () => {
    note.remove();
    remember(part);
    keepChoices(there, part);
    there.replaceWith(part);
    shown();
  });
  note.append(button);
  there.before(note);
}
