// Closing a case: the words that belong to the chosen outcome stand ready to be changed; what somebody wrote stays.
document.querySelectorAll("[data-closing]").forEach((form) => {
  const told = form.elements.told;
  const ready = new Set([...form.querySelectorAll("[data-told]")].map((label) => label.dataset.told));
  form.addEventListener("change", (event) => {
    const label = event.target.closest("[data-told]");
    if (label && (!told.value.trim() || ready.has(told.value))) told.value = label.dataset.told;
  });
});

// All that can be done with a case is one form, so that nothing typed is lost. Enter in a choice is its own part's.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || !field.matches("#acts :is(input, select)")) return;
  event.preventDefault();
  field.closest("section")?.querySelector("button")?.click();
});
