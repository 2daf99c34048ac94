// Notes are kept in this browser until the server has acknowledged them: no letter is lost by a reload, a crash or a
// lost link. One entry a contact; it goes when what was typed is saved.
import { announce } from "./desk-say.js";
import { signInEnded } from "./desk-trouble.js";

const PAUSE_MS = 1500;
const RETRY_MS = 4000;
const key = (contact) => `moothall.notes.${contact}`;
let timer = 0;
let toldOnce = "";

export function watchNotes() {
  const form = document.querySelector("#desk form[data-notes]");
  const field = form?.querySelector("textarea[name=notes]");
  if (!field || field.dataset.watched) return;
  field.dataset.watched = "yes";
  if (field.dataset.carried) write(form.dataset.notes, field.value); // typed for this call before it had its council
  if ("refused" in field.dataset) write(form.dataset.notes, field.value); // as the server has left it
  const kept = read(form.dataset.notes);
  if (kept !== null && (kept !== field.value || field.dataset.carried)) {
    field.value = kept;
    later(form, field, 0);
  }
  field.addEventListener("input", () => {
    write(form.dataset.notes, field.value);
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
  let answer = null;
  try {
    answer = await fetch("/desk/notes/", { method: "POST", body, credentials: "same-origin", headers: { "Moothall-Fragment": "1" } });
  } catch {
    answer = null;
  }
  if (answer?.ok) {
    const { saved } = await answer.json();
    if (read(contact) === typed) forget(contact);
    say(form, `Saved ${saved}`);
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

// What must not be written down is taken out by the server: here too, unless somebody has typed on meanwhile.
function refused(form, field, typed, { problem, kept }) {
  say(form, problem);
  announce(problem);
  if (kept === undefined) return;
  if (read(form.dataset.notes) === typed) write(form.dataset.notes, kept);
  if (field.value === typed) field.value = kept;
}

function say(form, words) {
  const place = form.querySelector("[data-saved]");
  if (place) place.textContent = words;
}

function read(contact) {
  try { return localStorage.getItem(key(contact)); } catch { return null; }
}

function write(contact, text) {
  try { localStorage.setItem(key(contact), text); } catch { /* private window: the server alone keeps it */ }
}

function forget(contact) {
  try { localStorage.removeItem(key(contact)); } catch { /* as above */ }
}
