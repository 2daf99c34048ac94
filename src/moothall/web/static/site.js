// What every page starts: the library's parts (skip link, error summary, password field), nothing else.
import "./beside.js";
import { ErrorSummary, ExitThisPage, SkipLink, createAll } from "./built/govuk-frontend.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

// Out at once: the page that is left goes out of this tab's history, and exit.js leads out again from those before it.
class Leave extends ExitThisPage {
  exitPage() {
    document.body.classList.add("govuk-exit-this-page-hide-content");
    this.$overlay = document.createElement("div");
    this.$overlay.className = "govuk-exit-this-page-overlay";
    this.$overlay.setAttribute("role", "alert");
    document.body.append(this.$overlay);
    this.$overlay.textContent = "Loading.";
    try {
      sessionStorage.setItem("left", "yes");
    } catch { /* where nothing may be kept, only this page goes out of the history */ }
    location.replace(this.$root.dataset.away);
  }
}
for (const part of [ErrorSummary, Leave, SkipLink]) createAll(part);

// What was just done: it is heard, and Tab goes on into the page from there.
document.querySelector("[data-done]")?.focus();

// A form marked so is sent once, however often Enter is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]") || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent));

// Whoever signs out leaves nothing behind in this tab that was typed in a call (desk-drafts.js).
document.addEventListener("submit", ({ target }) => {
  if (!target.matches('form[action$="/accounts/logout/"]')) return;
  try {
    Object.keys(sessionStorage).filter((each) => each.startsWith("moothall.")).forEach((each) => sessionStorage.removeItem(each));
  } catch { /* nothing was kept then */ }
});

// The password is shown on request, and hidden again before it is sent.
document.querySelectorAll("[data-show-password]").forEach((part) => {
  const [field, button] = [part.querySelector("input"), part.querySelector("button")];
  const word = button.firstChild;
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    word.textContent = shown ? "Hide " : "Show ";
  };
  button.hidden = false;
  button.addEventListener("click", () => show(field.type === "password"));
  field.form.addEventListener("submit", () => show(false));
});

// Who looks at our records in an emergency: a page that stays open learns of it too.
const BELL_MS = 10_000;
setInterval(async () => {
  const bell = document.querySelector("[data-bell]");
  if (!bell || document.hidden) return;
  const answer = await fetch(bell.dataset.bell, { redirect: "error" }).catch(() => null);
  if (!answer?.ok) return;
  const now = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-bell]");
  if (now && now.dataset.rung !== bell.dataset.rung) bell.replaceWith(now);
}, BELL_MS);

// An emergency look that is over leaves no record on the screen: its time has come, or somebody ended it.
document.querySelectorAll("[data-glass]").forEach((strip) => {
  const end = Date.now() + strip.dataset.left * 1000;
  const minutes = strip.querySelector("[data-minutes]");
  const over = () => location.replace(strip.dataset.over);
  setInterval(() => {
    const left = Math.ceil((end - Date.now()) / 60_000);
    if (left < 1) over();
    else minutes.textContent = left === 1 ? "1 minute" : `${left} minutes`;
  }, 1_000);
  setInterval(async () => {
    const answer = document.hidden ? null : await fetch(strip.dataset.glass, { redirect: "manual" }).catch(() => null);
    if (answer?.type === "opaqueredirect") over();
  }, BELL_MS);
});

// The key that finds, on every page of staff; the desk has its own, which leaves the call where it is.
document.addEventListener("keydown", (event) => {
  const link = document.querySelector(".top a[data-find]");
  if (!link || !event.altKey || !event.shiftKey || event.code !== "KeyF" || document.getElementById("desk")) return;
  if (localStorage.getItem("moothall.keys") === "off") return;
  event.preventDefault();
  const box = document.querySelector("main input[type=search]");
  if (box) box.focus();
  else link.click();
});

document.querySelectorAll("[data-keys-off]").forEach((box) => {
  box.closest("[hidden]").hidden = false;
  box.checked = localStorage.getItem("moothall.keys") === "off";
  box.addEventListener("change", () => localStorage.setItem("moothall.keys", box.checked ? "off" : "on"));
});

if (window.PublicKeyCredential) document.querySelectorAll("[data-passkey]").forEach((button) => { button.hidden = false; });
