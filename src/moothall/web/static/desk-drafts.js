// What is typed at a question, or about who is calling, is kept in this tab until the server has it: a sign-in that ends,
// or a page that is loaded again, loses no letter. Notes are kept by themselves (desk-notes.js).
const FIELDS = "#desk form[data-act] :is(input:not([type=hidden]), textarea):not([name=notes])";

function key(field) {
  const { contact, step } = field.form.elements;
  const box = field.type === "checkbox" ? `.${field.value}` : "";
  return `moothall.draft.${contact?.value}.${step?.value ?? field.form.dataset.act}.${field.name}${box}`;
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches?.(FIELDS)) return;
  try { sessionStorage.setItem(key(target), target.type === "checkbox" ? String(target.checked) : target.value); } catch { /* private window: the page alone holds it */ }
});

export function restoreDrafts() {
  for (const field of document.querySelectorAll(FIELDS)) {
    let kept = null;
    try { kept = sessionStorage.getItem(key(field)); } catch { return; }
    if (kept === null) continue;
    if (field.type === "checkbox") field.checked = kept === "true";
    else if (field.type === "radio") field.checked = field.value === kept;
    else if (field.value === field.defaultValue) field.value = kept;
  }
}

// Of other calls than this one nothing is kept.
export function forgetDraftsBut(contact) {
  try {
    for (const each of Object.keys(sessionStorage)) {
      if (each.startsWith("moothall.draft.") && !(contact && each.startsWith(`moothall.draft.${contact}.`))) sessionStorage.removeItem(each);
    }
  } catch { /* as above */ }
}

export function forgetDrafts(form) {
  try {
    for (const field of form.elements) if (field.name) sessionStorage.removeItem(key(field));
  } catch { /* as above */ }
}
