// Notes are kept in this browser until the server has acknowledged them: no letter is lost by a reload, a crash or a
// lost link. One entry a contact; it goes when what was typed is saved. With it stands what the server had when this was
// typed on (`was`): the server then keeps what another window has written as well.
import { announce } from "./desk-say.js";
import { signInEnded } from "./desk-trouble.js";

const PAUSE_MS = 1500;
const RETRY_MS = 4000;
const key = (contact) => `moothall.notes.${contact}`;
const basis = (contact) => `moothall.notes.${contact}.was`;
let timer = 0;
let toldOnce = "";

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
    form.elements.was.value = readBasis(form.dataset.notes) ?? form.elements.was.value;
    later(form, field, 0);
  }
  field.addEventListener("input", () => {
    write(form, field.value);
    say(form, "");
    later(form, field, PAUSE_MS);
  });
  field.addEventListener("blur", () => { if (read(form.dataset.notes) !== null) later(form, field, 0); });
  form.addEventListener("submit", (event) => { if (!form.dataset.act) { event.preventDefault(); later(form, field, 0); } });
}

function later(form, field, wait) {
  clearTimeout(timer);
  timer = setTimeout(() => save(form, field), wait);
}

async function save(form, field) {
  const contact = form.dataset.notes;
  const typed = field.value;
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  body.set("contact", contact);
  body.set("notes", typed);
  body.set("was", form.elements.was.value);
  let answer = null;
  try {
    answer = await fetch("/desk/notes/", { method: "POST", body, credentials: "same-origin", headers: { "Moothall-Fragment": "1" } });
  } catch {
    answer = null;
  }
  if (answer?.ok) {
    const { saved, notes, changed } = await answer.json();
    if (changed && !takeBoth(form, field, typed, notes)) return later(form, field, PAUSE_MS); // both come with the next
    form.elements.was.value = notes;
    if (read(contact) === typed) forget(contact);
    say(form, changed ?? `Saved ${saved}`);
    if (changed) announce(changed);
    if (toldOnce !== contact) announce("Notes saved.");
    toldOnce = contact;
    return;
  }
  if (answer?.status === 422) return refused(form, field, typed, await answer.json());
  if (answer?.status === 404) return forget(contact); // the call is over and its notes went with it
  if (answer?.status === 401) signInEnded();
  if (answer?.status === 403) document.dispatchEvent(new Event("moothall:stale")); // the form's token is of before
  say(form, answer?.status === 401 ? "Kept here until you sign in" : "Kept here; sent when the link is back");
  if (field.isConnected) later(form, field, RETRY_MS);
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
  say(form, problem);
  announce(problem);
  if (kept === undefined) return;
  if (read(form.dataset.notes) === typed) write(form, kept);
  if (field.value === typed) field.value = kept;
}

function say(form, words) {
  const place = form.querySelector("[data-saved]");
  if (place) place.textContent = words;
}

function read(contact) {
  try { return localStorage.getItem(key(contact)); } catch { return null; }
}

function readBasis(contact) {
  try { return localStorage.getItem(basis(contact)); } catch { return null; }
}

function write(form, text) {
  try {
    localStorage.setItem(key(form.dataset.notes), text);
    localStorage.setItem(basis(form.dataset.notes), form.elements.was.value);
  } catch { /* private window: the server alone keeps it */ }
}

function forget(contact) {
  try { [key(contact), basis(contact)].forEach((each) => localStorage.removeItem(each)); } catch { /* as above */ }
}
