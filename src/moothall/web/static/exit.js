// A discreet page, before anything of it is shown: whoever left one in this tab and comes here by Back is led out again.
// It is no module, since those run when the page is there. A page that the browser keeps for Back is kept hidden.
(() => {
  const { away } = document.currentScript.dataset;
  const root = document.documentElement;
  const leave = () => {
    root.hidden = true;
    location.replace(away);
  };
  addEventListener("pagehide", () => { root.hidden = true; });
  addEventListener("pageshow", (event) => {
    if (event.persisted && left()) leave();
    else root.hidden = false;
  });
  const [way] = performance.getEntriesByType("navigation");
  if (left() && way?.type === "back_forward") leave();
  else here();

  function left() {
    try {
      return sessionStorage.getItem("left") === "yes";
    } catch {
      return false; // the browser keeps nothing
    }
  }

  function here() {
    try {
      sessionStorage.removeItem("left");
    } catch { /* nor does it have anything */ }
  }
})();
