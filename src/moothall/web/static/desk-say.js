// The page's two live regions: `polite` and `now`. Messages stand at least half a second apart, go after five seconds,
// and the same text is never said twice running.
const GAP_MS = 500;
const STAY_MS = 5000;

function region(id) {
  const queue = [];
  let last = "";
  let busy = false;
  const next = () => {
    const words = queue.shift();
    if (words === undefined) {
      busy = false;
      return;
    }
    busy = true;
    last = words;
    const place = document.getElementById(id);
    place.textContent = words;
    setTimeout(() => { if (place.textContent === words) place.textContent = ""; if (last === words) last = ""; }, STAY_MS);
    setTimeout(next, GAP_MS);
  };
  return (words) => {
    if (!words || words === last || queue.includes(words)) return;
    queue.push(words);
    if (!busy) next();
  };
}

export const announce = region("polite");
export const sayNow = region("now");
