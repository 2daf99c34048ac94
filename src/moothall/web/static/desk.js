// The agent's desk. The page works without this; with it, the desk follows the doorbell, swaps only the parts that
// changed, keeps focus and what is being typed, and acts on the keys of the table `Keys ?`.
import { announce, sayNow } from "./desk-say.js";
import { sendLeft, watchNotes } from "./desk-notes.js";
import "./desk-load.js";
import { startKeys } from "./desk-keys.js";
import { forgetDrafts, forgetDraftsBut, restoreDrafts } from "./desk-drafts.js";
import { forgetCaller, hides } from "./desk-forget.js";
import { remind, tellHold } from "./desk-hold.js";
import { tellPassing } from "./desk-pass-on.js";
import { tellAsking, tellRinging } from "./desk-ask.js";
import { focusHeld, focusOn, giveBack, toTheProblem } from "./desk-focus.js";
import { SCRIPT, remember, swap, whenShown } from "./desk-swap.js";
import { notThrough, signInEnded, wentThrough } from "./desk-trouble.js";

const POLL_MS = 15000;
const LOST_POLL_MS = 2000;
const desk = () => document.getElementById("desk");
const parser = new DOMParser();
let acting = 0; // acts whose answer is awaited: it brings the state, and knows where the focus goes
let passedOver = null; // a refresh that was due meanwhile
let lost = false;
let waiting = null; // a step that couldn't be sent yet
const sending = new Set();

// ---- the state of the desk ----

async function refresh({ whole = false } = {}) {
  if (acting) {
    passedOver = { whole: whole || passedOver?.whole };
    return;
  }
  const have = whole ? "" : `?have=${desk().dataset.version}`;
  await ask(desk().dataset.stateUrl + have);
}

async function ask(address, options = {}, act = "") {
  let response;
  try {
    response = await fetch(address, { credentials: "same-origin", cache: "no-store", ...options, headers: { "Moothall-Fragment": "1" } });
  } catch {
    setLost(true);
    return false;
  }
  if (response.status === 401 || response.redirected) { // what was typed stays where it is
    signInEnded();
    return "ended";
  }
  if (response.status > 500) { // the server is away; 500 is a fault of its own, and the link is fine
    setLost(true);
    return false;
  }
  setLost(false);
  if (response.status === 403 && options.body && !options.again) return sendWithNewToken(address, options, act);
  if (wentThrough(act)) setTimeout(refresh, 0, { whole: true }); // signed in again elsewhere: the tokens are new
  if (options.form && [200, 409, 422].includes(response.status)) forgetDrafts(options.form); // the server has it, or has said why not
  if (response.status === 200 || response.status === 409 || response.status === 422) show(await response.text(), act);
  else if (response.status === 403) notThrough("This page is older than your sign-in.", act);
  else if (response.status >= 400) notThrough("Try again, or tell your team leader.", act);
  return response.status < 400 || response.status === 409 || response.status === 422 ? true : "refused";
}

// Somebody signed in again in another tab: the page's forms hold a token of before. A whole state brings the new one.
async function sendWithNewToken(address, options, act) {
  await ask(desk().dataset.stateUrl);
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (token) options.body.set("csrfmiddlewaretoken", token);
  return ask(address, { ...options, again: true }, act);
}

function show(html, act) {
  const fresh = parser.parseFromString(html, "text/html").getElementById("desk");
  const before = desk();
  renewTokens(fresh);
  if (!fresh || Number(fresh.dataset.version) < Number(before.dataset.version)) return; // an older answer came late
  const was = { ...before.dataset };
  const held = focusHeld();
  forgetCaller(was, fresh.dataset);
  swap(before, fresh, act || (hides(was, fresh.dataset) ? "hide" : "")); // then nothing waits for “Show”
  for (const attribute of fresh.attributes) before.setAttribute(attribute.name, attribute.value);
  before.classList.toggle("desk--lost", lost);
  settle();
  tell(was, before.dataset, act);
  giveBack(held, ended === before.dataset.contact && before.dataset.state === "wrap_up");
}

// Parts that are the same stay, but for their forms' tokens: these must be of the last sign-in.
function renewTokens(fresh) {
  const token = fresh?.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (token) document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
}

// ---- what is said about a change, and where the focus goes ----

function tell(was, is, act) {
  document.title = is.title;
  if (is.state === "ringing" && (was.state !== "ringing" || was.contact !== is.contact)) sayNow(is.pop);
  if (was.state === "ringing" && is.state === "in_call") {
    if (answered === is.contact) focusOn("#say");
    else announce("Answered. Alt Shift S for the script.");
  }
  if (is.notice && is.notice !== was.notice) sayNow(is.notice);
  if (is.refused && is.refused !== was.refused && !act) sayNow(is.refused);
  tellHold(was, is);
  tellAsking(was, is);
  tellRinging(was, is);
  if (is.link !== was.link) sayNow(is.link === "up" ? "The phone link is back." : "No phone link. Use the buttons on your phone.");
  if (document.getElementById("errors") && act) toTheProblem();
  else if (SCRIPT.has(act)) {
    focusOn("#given", "#say", ".script h1"); // a code to read out comes before what the script says
    const progress = document.querySelector("[data-progress]");
    if (progress) announce(progress.textContent);
  } else if (["who", "protect"].includes(act)) focusOn("#caller");
  else if (act === "ring") focusOn("#errors", "#say", ".script h1");
  else if (act === "pass-on") focusOn("#pass-said", "#asking-head", "#say", ".script h1");
  else if (act === "comment") {
    focusOn("#say", ".script h1");
    announce("Your comment is kept.");
  }
  if (is.state === "in_call" && was.state === "in_call" && was.council !== is.council) announce(`You speak for ${is.council}.`);
  if (!tellPassing(was, is) && was.state === "in_call" && is.state === "wrap_up") announce("The call has ended. Finish it.");
}

let answered = ""; // the call that was answered here, and the one that was ended here
let ended = "";

// Beside the script the caller's side stands open: there it is no fold, and has no sign of one. In one column it is folded, but for who it is while it rings. What the agent opened stays open.
function foldOnPhone() {
  const ringing = desk().dataset.state === "ringing";
  for (const head of document.querySelectorAll(".side > summary")) head.tabIndex = innerWidth < 1020 ? 0 : -1;
  for (const side of document.querySelectorAll(".side:not([data-placed])")) {
    side.dataset.placed = "yes";
    if (innerWidth < 1020) side.open = side.dataset.fold === "passed-on" || (ringing && side.dataset.fold === "who");
  }
}

document.addEventListener("click", (event) => {
  if (innerWidth < 1020 || !event.target.closest?.(".side > summary")) return;
  event.preventDefault();
  event.target.closest("label")?.control?.focus();
});

function settle() {
  foldOnPhone();
  tick();
  watchNotes();
  restoreDrafts();
  showLost();
}

// ---- acts ----

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("#desk form[data-act], #find form[data-act]")) return;
  event.preventDefault();
  const act = form.dataset.act;
  const body = new FormData(form, event.submitter);
  const key = `${act}:${body.get("run") || ""}:${body.get("step") || ""}:${body.get("seen") || ""}`;
  if (sending.has(key)) return; // Enter twice sends once
  sending.add(key);
  if (act === "answer") answered = body.get("contact");
  if (["end", "complete", "pass-on"].includes(act)) ended = body.get("contact");
  const went = await post(form.action, body, act, form);
  if (!went) keepForLater(form, act, body);
  setTimeout(() => sending.delete(key), went ? 300 : 0);
});

async function post(address, body, act, form = null) {
  acting += 1;
  try {
    return await ask(address, { method: "POST", body, form }, act);
  } finally {
    acting -= 1;
    if (!acting && passedOver) {
      refresh(passedOver);
      passedOver = null;
    }
  }
}

function keepForLater(form, act, body) {
  if (act !== "step") return sayNow("This page lost its link. Use the buttons on your phone.");
  waiting = { address: form.action, body };
  const words = document.querySelector("[data-offline]");
  if (words) words.hidden = false;
}

function setLost(now) {
  if (now === lost) return;
  lost = now;
  lostAt = new Date();
  showLost();
  if (lost) return sayNow("This page lost its link. The call goes on; use your phone’s buttons.");
  announce("The link is back.");
  if (waiting) {
    const { address, body } = waiting;
    waiting = null;
    post(address, body, "step");
  }
}

let lostAt = new Date();

function showLost() {
  desk().classList.toggle("desk--lost", lost);
  const words = desk().querySelector("[data-lost]");
  if (!words) return;
  words.hidden = !lost;
  words.querySelector("[data-lost-at]").textContent = lostAt.toTimeString().slice(0, 5);
}

// ---- timers: they count by the server's clock and are never read out ----

const offset = () => skew;
let skew = new Date(desk().dataset.now) - Date.now();

function tick() {
  for (const timer of document.querySelectorAll("[role=timer][data-since]")) {
    const seconds = Math.max(0, Math.floor((Date.now() + offset() - new Date(timer.dataset.since)) / 1000));
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
    const text = hours ? `${hours} h ${minutes} min` : `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
    if (timer.textContent !== text) timer.textContent = text;
  }
}

// ---- the doorbell, and the poll beside it ----

let stream = null;

function listen() {
  stream?.close();
  stream = new EventSource(desk().dataset.live, { withCredentials: true });
  stream.onmessage = (event) => {
    const bell = JSON.parse(event.data);
    if (bell.again) refresh({ whole: true });
    else if (bell.version > Number(desk().dataset.version)) refresh();
  };
  stream.onerror = () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  };
}

let asked = Date.now();
setInterval(() => {
  tick();
  const deaf = stream?.readyState !== EventSource.OPEN;
  if (Date.now() - asked >= (deaf || lost ? LOST_POLL_MS : POLL_MS)) {
    asked = Date.now();
    refresh();
  }
}, 500);

document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
document.addEventListener("moothall:stale", () => refresh({ whole: true }));
for (const change of ["online", "offline"]) addEventListener(change, () => refresh());
matchMedia("(min-width: 1020px)").addEventListener("change", (wide) => {
  foldOnPhone();
  if (wide.matches) document.querySelectorAll(".side").forEach((side) => { side.open = true; });
});

forgetDraftsBut(desk().dataset.contact);
remember(desk());
whenShown(settle);
settle();
remind(desk().dataset);
startKeys(desk, announce);
listen();
sendLeft(document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "", desk().dataset.contact);
if (["ringing", "asked"].includes(desk().dataset.state)) sayNow(desk().dataset.pop);
