// A panel beside the call, which goes on: its key and its link open it; the key again, Escape and Close lead back where
// the agent was. `inside` is what has the focus first; `link` what opens it, and keeps the focus if nothing else is left.
export function panel(place, { inside, link }) {
  let cameFrom = null;

  function open() {
    if (!place.contains(document.activeElement)) cameFrom = document.activeElement;
    place.show();
    inside().focus();
  }

  function close() {
    place.close();
    const menu = cameFrom?.closest("details")?.querySelector("summary"); // the link in a menu is hidden with it
    for (const there of [cameFrom, menu, document.getElementById("say"), document.querySelector(link)]) {
      there?.focus();
      if (there && there !== document.body && document.activeElement === there) return;
    }
  }

  place?.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation(); // what is open where the agent was stays open
    close();
  });
  place?.addEventListener("click", (event) => { if (event.target.closest("[data-panel-close]")) close(); });
  document.querySelector(".top")?.addEventListener("click", (event) => {
    const pressed = event.target.closest(link);
    if (!place || !pressed || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    pressed.closest("details")?.removeAttribute("open");
    open();
  });

  const toggle = () => place && (place.open && place.contains(document.activeElement) ? close() : open());
  return { toggle, close };
}
