// Digits choose an answer: its own number, or among addresses the house's, typed within a second of each other. A number
// that is nobody's chooses nothing, and takes back what its first digit chose. Of a list of needs it goes to that one:
// Enter begins it.
const TOGETHER_MS = 1000;
let typed = "";
let typedAt = 0;

export function chooseByDigit(event, announce) {
  if (event.altKey || event.ctrlKey || event.metaKey || !/^[0-9]$/.test(event.key)) return;
  if (event.target.closest?.("dialog")) return;
  const group = event.target.closest?.("fieldset.choices, form[data-digits]") ?? document.querySelector("#desk fieldset#value")
    ?? document.querySelector("#main form[data-digits]");
  if (!group) return;
  if (group.matches("form")) return goTo(event, group.querySelectorAll("button")[Number(event.key) - 1]);
  const options = [...group.querySelectorAll("input[type=radio], input[type=checkbox]")];
  if ("digits" in group.dataset) take(event, options[Number(event.key) - 1]);
  else byHouse(event, options, announce);
}

function byHouse(event, options, announce) {
  typed = Date.now() - typedAt < TOGETHER_MS ? typed + event.key : event.key;
  typedAt = Date.now();
  const found = options.find((option) => numbers(option).at(-1) === typed)
    ?? options.find((option) => numbers(option).includes(typed));
  if (found) return take(event, found);
  event.preventDefault();
  for (const option of options) option.checked = false;
  const toCome = options.some((option) => numbers(option).some((number) => number.startsWith(typed)));
  if (!toCome) announce(`No number ${typed} is in this list. Nothing is chosen.`);
}

// Of "Flat 1, 36 Oak Close" 1 and 36; the house's is the last.
function numbers(option) {
  return option.labels[0].textContent.toLowerCase().match(/\b\d+[a-z]?\b/g) ?? [];
}

function goTo(event, button) {
  if (!button) return;
  event.preventDefault();
  button.focus();
}

function take(event, option) {
  if (!option) return;
  event.preventDefault();
  option.focus();
  option.checked = option.type === "radio" || !option.checked;
  option.dispatchEvent(new Event("change", { bubbles: true }));
}

// What is chosen by itself ("None of these") is chosen with nothing else.
document.addEventListener("change", ({ target }) => {
  if (target.type !== "checkbox" || !target.checked) return;
  for (const other of target.closest("#desk fieldset.choices")?.querySelectorAll("input[type=checkbox]") ?? []) {
    if (other !== target && ("alone" in target.dataset || "alone" in other.dataset)) other.checked = false;
  }
});
