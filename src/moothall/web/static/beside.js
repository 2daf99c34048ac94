// What stands typed in one form isn't lost when another form of the page is sent: it waits in this tab for the page that
// comes next, is shown there if that page has its field, and is forgotten either way. The desk keeps its own
// (desk-drafts.js); a case's acts are one form, which does it without a script.
const KEY = "moothall.beside";
const FIELDS = ":is(input:not([type=hidden], [type=password], [type=file]), textarea, select)[name]";
const forms = () => [...document.querySelectorAll("main.sheet form[method=post]")];
const named = (form, at) => `${form.getAttribute("action") ?? location.pathname}#${at}`;
const box = (field) => field.type === "checkbox" || field.type === "radio";

function changed(field) {
  if (box(field)) return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") return [...field.options].some((each) => each.selected !== each.defaultSelected) && field.value !== "";
  return field.value !== field.defaultValue;
}

document.addEventListener("submit", ({ target, defaultPrevented }) => {
  if (defaultPrevented || !target.matches("main.sheet form")) return;
  const typed = [];
  for (const [at, form] of forms().entries()) {
    if (form === target) continue;
    for (const field of form.querySelectorAll(FIELDS)) {
      if (changed(field)) typed.push([named(form, at), field.name, box(field) ? field.value : null, box(field) ? field.checked : field.value]);
    }
  }
  try {
    if (typed.length) sessionStorage.setItem(KEY, JSON.stringify(typed));
  } catch { /* where nothing may be kept, the page alone holds it */ }
});

let kept = [];
try {
  kept = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
  sessionStorage.removeItem(KEY);
} catch { /* as above */ }
const here = forms();
for (const [whose, name, value, typed] of kept) {
  // The form may have moved on the page: the one with its address that stands next to where it stood.
  const [action, at] = [whose.slice(0, whose.lastIndexOf("#")), Number(whose.slice(whose.lastIndexOf("#") + 1))];
  const fits = here.map((form, place) => [Math.abs(place - at), form, named(form, place)]).filter(([, , is]) => is.startsWith(`${action}#`));
  const form = fits.sort((one, other) => one[0] - other[0])[0]?.[1];
  const field = [...(form?.querySelectorAll(FIELDS) ?? [])].find((each) => each.name === name && (value === null || each.value === value));
  if (!field || changed(field)) continue;
  if (value !== null) field.checked = typed;
  else field.value = typed;
  field.closest("details")?.setAttribute("open", "");
}
