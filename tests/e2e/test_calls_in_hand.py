"""Hold and passing on in a real browser, with two agents, by keyboard alone."""
from __future__ import annotations

import pytest

from e2e.at_the_desk import SAM, be_ready, desk_is, leave, press_to
from e2e.conftest import a_page, axe, shot, sign_in
from moothall.telephony import callers

pytestmark = pytest.mark.browser
ANA = "+441632960123"
PRIYA = "priya@charnwood.example"


def talks(page, demo) -> str:
    """Sam answers Ana; the call's key."""
    be_ready(page, demo)
    call = callers.place(demo.callers, to="5001", caller=ANA, patience=120)
    desk_is(page, "ringing")
    page.keyboard.press("Alt+Shift+Y")
    desk_is(page, "in_call")
    return call


def talks_of_a_missed_bin(page, demo) -> str:
    call = talks(page, demo)
    page.get_by_role("button", name="Missed bin").first.click()
    page.wait_for_selector("[data-progress]")
    return call


def finishes(page) -> None:
    """By one key, and then sits nobody at a ready desk."""
    desk_is(page, "wrap_up")
    page.keyboard.press("Control+Enter")
    desk_is(page, "ready")
    leave(page)


def exchange_says(page, demo, call: str, state: str) -> None:
    for _ in range(100):
        if callers.status(demo.callers, call).state == state:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"the call isn't {state} but {callers.status(demo.callers, call)}")


def finds_beside_the_call(page) -> None:
    """The box opens and closes by keys; the call, its page and where the agent was stay."""
    page.keyboard.press("Alt+Shift+F")
    page.keyboard.type("Anna Kovalska")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-found-head]:focus")
    assert "Ana Kowalska" in page.locator("#find .found__row").first.inner_text()
    assert "Are they on the line?" in page.locator("#find .found__row").first.inner_text()
    assert axe(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page scrolls sideways"
    shot(page, "desk-find-320")
    page.set_viewport_size({"width": 1280, "height": 800})
    shot(page, "desk-find-1280")
    page.keyboard.press("Escape")
    assert page.evaluate("[document.activeElement.id, document.getElementById('find').open]") == ["notes", False]
    page.keyboard.press("Alt+Shift+F")
    press_to(page, "#find summary")
    for key in ("Enter", "Tab", "Enter"):
        page.keyboard.press(key)
    page.wait_for_selector("#caller:focus")
    assert "Checked" in page.inner_text("[data-part=who]"), "they gave both"


def sees_the_keys_over_the_call(page) -> None:
    page.keyboard.press("Alt+Shift+S")
    page.keyboard.press("?")
    assert page.evaluate("[document.activeElement.id, location.pathname]") == ["keys-head", "/desk/"]
    assert axe(page) == []
    page.keyboard.press("Escape")
    assert page.evaluate("[document.activeElement.id, document.getElementById('keys').open]") == ["say", False]


def buttons_stand_in_one_row_of_the_bar(page) -> None:
    bar = page.locator(".call-bar").bounding_box()
    boxes = [button.bounding_box() for button in page.locator(".call-bar__acts .button").all()]
    assert len(boxes) == 3 and len({round(box["y"]) for box in boxes}) == 1, boxes
    assert all(box["y"] + box["height"] <= bar["y"] + bar["height"] for box in boxes), (bar, boxes)


def test_hold_and_back_by_one_key(page, demo):
    """Focus stays where it was; the words say for how long, and a hold at the handset shows as well."""
    call = talks(page, demo)
    page.keyboard.press("Alt+Shift+N")
    page.keyboard.type("asks for ")
    page.keyboard.press("Alt+Shift+H")
    page.wait_for_selector("#desk[data-held]:not([data-held=''])")
    assert "They hear music." in page.inner_text("[data-part=bar]")
    exchange_says(page, demo, call, "held")
    page.keyboard.type("the manager")
    assert page.evaluate("[document.activeElement.id, document.activeElement.value]") == [
        "notes", "asks for the manager",
    ]
    finds_beside_the_call(page)
    sees_the_keys_over_the_call(page)
    assert page.title().startswith("(On hold) Harborough")
    assert axe(page) == []
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page scrolls sideways"
        buttons_stand_in_one_row_of_the_bar(page)
        shot(page, f"desk-hold-{width}")
    page.keyboard.press("Alt+Shift+H")
    page.wait_for_selector("#desk[data-held='']")
    exchange_says(page, demo, call, "talking")
    page.get_by_role("button", name="Hold").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#desk[data-held]:not([data-held=''])")
    assert page.evaluate("document.activeElement.textContent").startswith("Back to caller"), "the focus was lost"
    callers.operate(demo.callers, "handset", station=callers.status(demo.callers, call).station, do="retrieve")
    page.wait_for_selector("#desk[data-held='']")
    page.wait_for_timeout(500)  # the same button twice within 0.3 s counts once (desk.js)
    page.keyboard.press("Alt+Shift+H")
    page.wait_for_selector("#desk[data-held]:not([data-held=''])")
    is_protected_and_nothing_found_stays(page)
    callers.hang_up(demo.callers, call)
    desk_is(page, "wrap_up")
    assert nothing_found(page), "what was found went with its call"
    finishes(page)
    assert page.problems == []


def nothing_found(page) -> bool:
    return page.inner_html("#find [data-found]") == "" and page.input_value("#find-words") == ""


def is_protected_and_nothing_found_stays(page) -> None:
    """When the caller becomes somebody protected, what was found of them and typed of them is gone at once."""
    assert not nothing_found(page)
    page.evaluate("""async () => {
      const contact = document.getElementById("desk").dataset.contact;
      sessionStorage.setItem(`moothall.draft.${contact}.who.name`, "Ana");
      const desk = document.querySelector("script[src*='desk.']").src;
      const { forgetCaller } = await import(new URL("desk-forget.js", desk).href);
      forgetCaller({ state: "in_call", contact, hidden: "" }, { state: "in_call", contact, hidden: "yes" });
    }""")
    assert nothing_found(page)
    assert page.evaluate("Object.keys(sessionStorage).filter((each) => each.includes('draft'))") == []
    page.keyboard.press("Alt+Shift+F")
    page.keyboard.type("Anna Kovalska")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-found-head]:focus")
    page.keyboard.press("Escape")


def test_passed_on_with_the_story_by_keyboard(page, demo, chromium):
    """Sam passes the call on to Priya, who reads what it is about before she answers; each finishes their own part."""
    call = talks_of_a_missed_bin(page, demo)
    with a_page(chromium) as other:
        be_ready(other, demo, PRIYA)
        open_panel(page)
        pass_on_to_priya(page)
        desk_is(other, "ringing")
        assert "Passed on by Sam Okafor" in other.inner_text("[data-part=bar]")
        assert "She is upset." in other.inner_text("[data-part=passed-on]")
        shot(other, "desk-passed-on-ringing")
        assert axe(other) == []
        desk_is(page, "wrap_up")
        assert "You passed it on to Priya Shah" in page.inner_text("main")
        shot(page, "desk-passed-on-part")
        finishes(page)
        finish_in_her_stead(other, demo, call)
        assert other.problems == []
    assert page.problems == []


def test_a_colleague_is_asked_first_by_keyboard_and_takes_the_call(page, demo, chromium):
    """Sam asks Priya while the caller is on hold, changes between the two, and gives her the call where it stands."""
    call = talks_of_a_missed_bin(page, demo)
    with a_page(chromium) as other:
        be_ready(other, demo, PRIYA)
        other.evaluate(LISTEN)
        page.evaluate(LISTEN)
        ask_priya(page)
        desk_is(other, "asked")
        assert "May I waive it?" in other.inner_text("main") and other.title().startswith("(Asked) Harborough")
        looks_right(page, other)
        other.keyboard.press("Alt+Shift+Y")
        page.wait_for_selector("text=You talk with Priya Shah.")
        assert page.evaluate("document.activeElement.id") == "asking-head", "the focus was lost"
        exchange_says(page, demo, call, "held")
        page.keyboard.press("Alt+Shift+H")
        page.wait_for_selector("text=Priya Shah waits on the line.")
        exchange_says(page, demo, call, "talking")
        page.keyboard.press("Alt+Shift+X")
        desk_is(other, "in_call")
        desk_is(page, "wrap_up")
        page.wait_for_timeout(600)
        assert page.evaluate("said")[:3] == [
            "It rings at Priya Shah. The caller hears music.", "You talk with Priya Shah. The caller hears music.",
            "You talk with the caller. Priya Shah waits on the line.",
        ]
        assert other.evaluate("said")[0].startswith("Sam Okafor asks you about a call for Harborough, Missed bin.")
        assert "Missed bin" in other.inner_text("main h1"), "the script goes on where it was"
        finishes(page)
        callers.hang_up(demo.callers, call)
        finishes(other)
        assert other.problems == []
    assert page.problems == []


LISTEN = """() => { window.said = []; for (const id of ["polite", "now"]) new MutationObserver(() => {
  const words = document.getElementById(id).textContent; if (words && !words.includes("fit")) said.push(words);
}).observe(document.getElementById(id), { childList: true }); }"""


def ask_priya(page) -> None:
    page.keyboard.press("Alt+Shift+X")
    page.wait_for_selector("#pass-said:focus")
    page.keyboard.type("priya")
    page.locator("[data-found] label").nth(1).wait_for(state="detached")
    for key in ("Tab", "Tab", "Space", "Tab", "Control+A"):
        page.keyboard.press(key)
    page.keyboard.type("May I waive it?")
    page.keyboard.press("Alt+Shift+Q")
    page.wait_for_selector("#asking-head:focus")


def looks_right(page, other) -> None:
    """Both desks, in each width, without sideways scroll and for whoever hears them read."""
    for who, name in ((page, "desk-asks"), (other, "desk-asked")):
        assert axe(who) == []
        for width in (1280, 375, 320):
            who.set_viewport_size({"width": width, "height": 800})
            assert who.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it scrolls sideways"
            shot(who, f"{name}-{width}")
        who.set_viewport_size({"width": 1280, "height": 800})


def open_panel(page) -> None:
    page.keyboard.press("Alt+Shift+X")
    page.wait_for_selector("#pass-said:focus")
    assert page.input_value("#pass-words").startswith("Missed bin")
    assert axe(page) == []
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it scrolls sideways"
        shot(page, f"desk-pass-on-{width}")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.keyboard.press("Escape")
    page.wait_for_selector("#pass-on", state="hidden")
    assert page.evaluate("document.activeElement.dataset.key") == "pass_on", "the focus was lost"
    page.keyboard.press("Enter")
    page.wait_for_selector("#pass-said:focus")


def pass_on_to_priya(page) -> None:
    page.keyboard.type("priya")
    page.locator("[data-found] label").nth(1).wait_for(state="detached")
    for key in ("Tab", "Tab", "Space", "Tab", "Control+End"):
        page.keyboard.press(key)
    page.keyboard.type(" She is upset.")
    page.keyboard.press("Control+Enter")


def finish_in_her_stead(other, demo, call: str) -> None:
    other.keyboard.press("Alt+Shift+Y")
    desk_is(other, "in_call")
    assert "Missed bin" in other.inner_text("main h1"), "her script goes on where it was"
    shot(other, "desk-passed-on-in-call")
    exchange_says(other, demo, call, "talking")
    callers.hang_up(demo.callers, call)
    finishes(other)


def test_what_another_window_writes_leaves_what_was_chosen_here(page, demo, chromium):
    """Two browsers of one agent at a Finish: one chooses, the other notes. A Finish that is refused keeps the choice,
    and the next keeps both notes."""
    call = talks_of_a_missed_bin(page, demo)
    callers.hang_up(demo.callers, call)
    desk_is(page, "wrap_up")
    chosen = page.locator("select[id^=outcome-]")
    before = chosen.input_value()
    told = chosen.locator("option").evaluate_all("all => all.map(each => each.value)")
    value = next(each for each in told if each not in (before, ""))
    chosen.select_option(value)
    with a_page(chromium) as other:
        sign_in(other, demo, SAM)
        other.goto(f"{demo.staff}/desk/")
        desk_is(other, "wrap_up")
        assert other.locator("select[id^=outcome-]").input_value() == before, "a choice isn't told before it is sent"
        page.fill("#notes", "Ring 4242 4242 4242 4242 first.")
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("#notes-error")
        assert chosen.input_value() == value
        shot(page, "desk-finish-refused")
        other.fill("#notes", "The gate sticks.")
        other.wait_for_selector("[data-saved]:not(:empty)")
        page.fill("#notes", "Ring first.")
        for _ in range(200):
            if "The gate sticks." in page.input_value("#notes"):
                break
            page.wait_for_timeout(50)
        assert "Ring first." in page.input_value("#notes")
        assert other.problems == []
    assert chosen.input_value() == value
    page.keyboard.press("Control+Enter")
    desk_is(page, "ready")
    leave(page)
    assert [each for each in page.problems if "422" not in each] == []
