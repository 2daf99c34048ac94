"""The desk's keys, one table: shown by `Keys ?`, read by the desk's script. No single letter acts."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    shown: str
    code: str  # KeyboardEvent.code with Alt and Shift held; empty where the browser or the part itself acts
    act: str  # what the desk's script does: a button's or a region's data-key
    does: str
    idle: str = "There’s nothing for that key here."  # what is said where it can't do anything now


KEYS = (
    Key("Enter", "", "", "Next in the script"),
    Key("Ctrl + Enter", "", "", "Press the filled button of the part you are in, from any field"),
    Key("0 to 9", "", "", "Choose an answer by its number, or an address by the house’s; go to a need by its number"),
    Key("?", "", "", "Show these keys, where nothing is being typed"),
    Key("Alt + Shift + Y", "KeyY", "answer", "Answer the call",
        "No call rings here."),
    Key("Alt + Shift + H", "KeyH", "hold", "Put the caller on hold, and go back to them; change between them and a "
        "colleague whom you ask",
        "There’s no call to put on hold."),
    Key("Alt + Shift + X", "KeyX", "pass_on", "Pass the call on, with the story so far, or to whom you ask",
        "There’s no call to pass on."),
    Key("Alt + Shift + Q", "KeyQ", "ask", "Ask whoever you have chosen there first",
        "First open “Pass on”, and choose whom to ask."),
    Key("Alt + Shift + K", "KeyK", "let_go", "Let the colleague whom you ask go, and be back with the caller",
        "You aren’t asking a colleague."),
    Key("Alt + Shift + S", "KeyS", "say", "Go to what to say",
        "There’s nothing to say now."),
    Key("Alt + Shift + C", "KeyC", "caller", "Go to the caller’s side",
        "There’s no caller."),
    Key("Alt + Shift + N", "KeyN", "notes", "Go to the notes, and back where you were",
        "There’s no call to note anything of."),
    Key("Alt + Shift + L", "KeyL", "history", "Look at what was before this call, and back where you were",
        "There’s no call to look back from."),
    Key("Alt + Shift + Z", "KeyZ", "back", "Back a step; the answers stay",
        "You can’t go back from here: nothing was asked before it, or what was done stands."),
    Key("Alt + Shift + D", "KeyD", "another", "Begin another need",
        "A need can be begun once you talk with a caller."),
    Key("Alt + Shift + R", "KeyR", "risk", "Someone is at risk: deal with that first, then go back",
        "That is open already, or there’s no caller."),
    Key("Alt + Shift + W", "KeyW", "comment", "Say what is wrong with this step of the script",
        "No step of a script is open."),
    Key("Alt + Shift + F", "KeyF", "find", "Find a customer, an address or a case; again to go back where you were"),
    Key("Alt + Shift + P", "KeyP", "pause", "Pause, and be ready again",
        "You can pause when no call is in hand."),
    Key("Alt + Shift + E, twice", "KeyE", "end", "End the call: press twice within 2 seconds",
        "There’s no call to end."),
    Key("Arrow keys", "", "", "Move from cell to cell in an agreement’s table; Enter looks at one closely"),
    Key("Escape", "", "", "Close what is open; it never hangs up and never clears a field"),
)
