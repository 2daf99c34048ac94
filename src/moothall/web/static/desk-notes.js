// Notes are kept in this browser until the server has acknowledged them: no letter is lost by a reload, a crash or a
// lost link. One entry a contact; it goes when what was typed is saved. With it stands what the server had when this was
// typed on (`was`), and what was sent without an answer (`sent_last`): the server then keeps what another window has
// written as well, and takes nothing of this one for another's.
import { announce } from "./desk-say.js";
import { signInEnded } from "./desk-trouble.js";

const PAUSE_MS = 1500;
const RETRY_MS = 4000;
const GIVE_UP_MS = 30000;
const MOST_SENT = 20000; // letters
const key = (contact) => `moothall.notes.${contact}`;
const BASIS = ["was", "sent_last"];
const basis = (contact, name) => `moothall.notes.${contact}.${name}`;
let timer = 0;
let running = false; // one save at a time: the next knows what became of it
let next = null;
let toldOnce = "";
let typedOn = false; // since something was taken out of the note

export function watchNotes() {
  const form = document.querySelector("#desk form[data-notes]");
  const field = form?.querySelector("textarea[name=notes]");
  if (!field || field.dataset.watched) return;
  field.dataset.watched = "yes";
  if (field.dataset.carried) write(form, field.value); // typed for this call before it had its council
  if ("refused" in field.dataset) write(form, field.value); // as the server has left it
  const kept = read(form.dataset.notes);
  if (kept !== null && (kept !== field.value || field.dataset.carried)) {
    field.value = kept;
    for (const name of BASIS) form.elements[name].value = readBasis(form.dataset.notes, name) ?? form.elements[name].value;
    later(form, field, 0);
  }
  field.addEventListener("input", () => {
    write(form, field.value);
    say(form, "");
    typedOn = true;
    later(form, field, PAUSE_MS);
  });
  field.addEventListener("blur", () => { if (read(form.dataset.notes) !== null) later(form, field, 0); });
  form.addEventListener("submit", (event) => {
    if (form.dataset.act) return addSent(form, field.value); // a Finish, whose answer may be lost as well
    event.preventDefault();
    later(form, field, 0);
  });
}

// A note that a page of an earlier call never got through is sent now, and then this browser holds nothing of it.
export async function sendLeft(token, now) {
  let left = [];
  try { left = Object.keys(localStorage).map((each) => /^moothall\.notes\.(\d+)$/.exec(each)?.[1]).filter((each) => each && each !== now); } catch { return; }
  for (const contact of left) {
    const body = new FormData();
    const told = { csrfmiddlewaretoken: token, contact, notes: read(contact), ...Object.fromEntries(BASIS.map((name) => [name, readBasis(contact, name) ?? ""])) };
    Object.entries(told).forEach(([name, value]) => body.set(name, value));
    try {
      const answer = await fetch("/desk/notes/", { method: "POST", body, credentials: "same-origin", headers: { "Moothall-Fragment": "1" } });
      if (answer.ok || answer.status === 404) forget(contact); // 404: the call is over, or was somebody else's
    } catch { return; }
  }
}

function later(form, field, wait) {
  clearTimeout(timer);
  timer = setTimeout(() => save(form, field), wait);
}

async function save(form, field) {
  if (running) { next = [form, field]; return; }
  running = true;
  try { await send(form, field); } finally {
    running = false;
    if (next) later(...next, 0);
    next = null;
  }
}

async function send(before, typing) {
  let [form, field] = [before, typing];
  const contact = form.dataset.notes;
  const typed = field.value;
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  body.set("contact", contact);
  body.set("notes", typed);
  BASIS.forEach((name) => body.set(name, form.elements[name].value));
  addSent(form, typed);
  if (read(contact) === typed) write(form, typed);
  let answer = null;
  let told = {};
  try {
    const signal = AbortSignal.timeout(GIVE_UP_MS);
    answer = await fetch("/desk/notes/", { method: "POST", body, signal, credentials: "same-origin", headers: { "Moothall-Fragment": "1" } });
    if (answer.ok || answer.status === 422) told = await answer.json();
  } catch {
    answer = null;
  }
  if (!form.isConnected) [form, field] = shownNow(contact) ?? [form, field]; // the call ended meanwhile
  if (answer?.ok) {
    const { saved, notes, changed } = told;
    const taken = !changed || takeBoth(form, field, typed, notes);
    form.elements.was.value = taken ? notes : typed;
    form.elements.sent_last.value = "";
    if (read(contact) === typed) forget(contact);
    else if (read(contact) !== null) write(form, field.value);
    if (!taken) return later(form, field, PAUSE_MS); // both come with the next
    say(form, changed ?? `Saved ${saved}`);
    if (changed) announce(changed);
    if (typedOn) tellProblem(form, "");
    if (toldOnce !== contact) announce("Notes saved.");
    toldOnce = contact;
    return;
  }
  if (answer?.status === 422) {
    form.elements.sent_last.value = body.get("sent_last"); // that wasn't kept
    return refused(form, field, typed, told);
  }
  if (answer?.status === 404) return forget(contact); // the call is over and its notes went with it
  if (answer?.status === 401) signInEnded();
  if (answer?.status === 403) document.dispatchEvent(new Event("moothall:stale")); // the form's token is of before
  say(form, answer?.status === 401 ? "Kept here until you sign in" : "Kept here; sent when the link is back");
  if (field.isConnected) later(form, field, RETRY_MS);
}

// Lines of which nobody knows whether they are kept.
function addSent(form, text) {
  const field = form.elements.sent_last;
  field.value = [...new Set(`${field.value}\n${text}`.split("\n"))].join("\n").slice(-MOST_SENT);
}

function shownNow(contact) {
  const form = document.querySelector(`#desk form[data-notes="${contact}"]`);
  return form && [form, form.querySelector("textarea[name=notes]")];
}

// What another window has written comes after what was typed here, so that the caret stays where it is. False where
// something before it was changed meanwhile.
function takeBoth(form, field, typed, notes) {
  const more = notes.slice(typed.trimEnd().length);
  if (!notes.startsWith(typed.trimEnd()) || !field.value.startsWith(typed.trimEnd())) return false;
  const { selectionStart, selectionEnd } = field;
  field.value = field.value.trimEnd() + more;
  field.setSelectionRange(selectionStart, selectionEnd);
  return true;
}

// What must not be written down is taken out by the server: here too, unless somebody has typed on meanwhile.
function refused(form, field, typed, { problem, kept }) {
  tellProblem(form, problem);
  if (kept === undefined) return;
  if (read(form.dataset.notes) === typed) write(form, kept);
  if (field.value === typed) field.value = kept;
}

// Why something of a note went stands above the field, in view, until the agent has typed on and that is saved.
function tellProblem(form, words) {
  const place = form.querySelector("[data-problem]");
  if (!place) return;
  place.textContent = words;
  place.hidden = !words;
  typedOn = false;
  if (!words) return;
  announce(words);
  place.scrollIntoView({ block: "nearest" });
}

function say(form, words) {
  const place = form.querySelector("[data-saved]");
  if (place) place.textContent = words;
}

function read(contact) {
  try { return localStorage.getItem(key(contact)); } catch { return null; }
}

function readBasis(contact, name) {
  try { return localStorage.getItem(basis(contact, name)); } catch { return null; }
}

function write(form, text) {
  try {
    localStorage.setItem(key(form.dataset.notes), text);
    for (const name of BASIS) localStorage.setItem(basis(form.dataset.notes, name), form.elements[name].value);
  } catch { /* private window: the server alone keeps it */ }
}

function forget(contact) {
  try { [key(contact), ...BASIS.map((name) => basis(contact, name))].forEach((each) => localStorage.removeItem(each)); } catch { /* as above */ }
}
