// Nothing of a caller stays in this page once their call is over, or another begins, or they are protected: not what was
// found of them, nor what was typed of them and sent nowhere. What the server shows it takes out of the parts itself.
import { clearFind } from "./desk-find.js";
import { forgetDraftsBut } from "./desk-drafts.js";

const talks = ({ state }) => state === "in_call" || state === "asked";

export const hides = (was, is) => Boolean(is.hidden) && (!was.hidden || was.contact !== is.contact);

export function forgetCaller(was, is) {
  const another = was.contact !== is.contact;
  if (!another && !hides(was, is) && !(talks(was) && !talks(is))) return;
  clearFind({ typing: another && is.state === "ringing" });
  forgetDraftsBut(hides(was, is) ? "" : is.contact);
}

addEventListener("pagehide", () => clearFind()); // a page that is kept for Back is as bare
