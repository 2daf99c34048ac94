"""The first call in a real browser: by keyboard alone, at two widths, with axe, and through what goes wrong."""
from __future__ import annotations

import re

import pytest

from e2e.at_the_desk import be_ready, desk_is, end_call, leave, press_to
from e2e.conftest import axe, is_clean_at_every_width, shot, sign_in
from moothall.telephony import callers

pytestmark = pytest.mark.browser

ANA = "+441632960123"
SAM, PRIYA, LEE, JO, KIT = (
    "sam@charnwood.example", "priya@charnwood.example", "lee@harborough.example", "jo@harborough.example",
    "kit@moothall.example",
)
REFERENCE = re.compile(r"HB-\d{5}-[A-Z0-9]")


def test_a_call_by_keyboard_alone(page, demo):
    """Ring, answer, follow the script, open a case, finish: no mouse after the desk is open."""
    be_ready(page, demo)
    assert axe(page) == []
    shot(page, "desk-ready")
    call = callers.place(demo.callers, to="5001", caller=ANA, patience=120)
    desk_is(page, "ringing")
    assert "Harborough District Council" in page.locator("[data-part=bar]").inner_text()
    assert "Ana Kowalska" in page.inner_text("aside")
    assert "Not checked" in page.inner_text("aside")
    assert axe(page) == []
    shot(page, "desk-ringing")
    page.keyboard.press("Alt+Shift+Y")
    desk_is(page, "in_call")
    page.wait_for_function("() => document.activeElement.closest('main') !== null")
    press_to(page, "button[value=missed-bin]")
    page.keyboard.press("Enter")
    reference = follow_script(page)
    assert reference, "the script opened no case"
    page.keyboard.press("Alt+Shift+E")
    page.keyboard.press("Alt+Shift+E")
    desk_is(page, "wrap_up")
    assert page.evaluate("document.activeElement.matches('#finish h1')"), "the focus was lost"
    assert axe(page) == []
    shot(page, "desk-finish")
    page.keyboard.press("Control+Enter")
    desk_is(page, "ready")
    assert callers.status(demo.callers, call).state == "ended"
    rings_back(page, demo)
    assert page.problems == []
    leave(page)


def rings_back(page, demo) -> None:
    """Somebody asks on the web to be rung: the desk rings them, and their script goes on by their code."""
    code = asks_to_be_rung(page.context.new_page(), demo)
    page.reload()
    press_to(page, "form[data-act=ring] button")
    page.keyboard.press("Enter")
    desk_is(page, "in_call")
    page.wait_for_selector("#desk[data-rings='']")  # they have answered
    assert "Do you have the code from our page?" in page.inner_text("main")
    press_to(page, "#code")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-step=postcode]")
    page.keyboard.press("Alt+Shift+E")
    page.keyboard.press("Alt+Shift+E")
    desk_is(page, "wrap_up")
    page.keyboard.press("Control+Enter")
    desk_is(page, "ready")
    assert "To ring back" not in page.inner_text("main")


def asks_to_be_rung(page, demo) -> str:
    page.goto(f"{demo.public.replace('localhost', 'harborough.localhost')}/do/missed-bin/")
    page.get_by_role("button", name="Start now").click()
    page.get_by_role("button", name="Ask us to ring you").click()
    page.get_by_label("What number").fill("01632 960457")
    page.get_by_role("button", name="Ask for a call").click()
    code = page.locator("main b.nowrap").filter(has_text=re.compile("[A-Z]")).inner_text()
    page.close()
    return code


def follow_script(page) -> str:
    """Answer with the first choice by keys, and that the bin bears no tag; the reference that was said."""
    page.wait_for_selector("[data-step]:not([data-step=''])")
    for turn in range(20):
        step = page.get_attribute("[data-part=script]", "data-step")
        if not step:
            break
        if turn == 2:
            assert axe(page) == []
            shot(page, "desk-script")
        if step == "postcode":
            comment_by_keys(page)
            page.keyboard.press("Alt+Shift+S")
            page.keyboard.type("LE8 0ES")  # from what is said, where the focus stands after each step
        elif page.locator("fieldset#value input").count():
            press_to(page, "fieldset#value input")
            if step == "property":
                no_such_house(page)
            page.keyboard.press({"property": lambda: home_key(page), "tag": lambda: "5"}.get(step, lambda: "1")())
        else:
            page.wait_for_timeout(450)  # the page takes an Enter that comes sooner for the step before
        page.keyboard.press("Enter")
        page.wait_for_function(
            "was => (document.querySelector('[data-part=script]')?.dataset.step ?? '') !== was", arg=step
        )
        if found := REFERENCE.search(page.inner_text("#desk")):
            reference = found.group(0)
    return reference


def no_such_house(page) -> None:
    """The first digit chooses a house, and the next one says that it was another number."""
    page.keyboard.press("3")
    assert page.locator("fieldset#value input:checked").count() == 1
    page.keyboard.type("77")
    assert page.locator("fieldset#value input:checked").count() == 0, "a house that wasn't typed is chosen"
    page.wait_for_timeout(1000)  # what is typed after a second is another number


def comment_by_keys(page) -> None:
    """What is typed about a step is sent by its own button, and the step stands as it was."""
    page.keyboard.press("Alt+Shift+W")
    page.keyboard.type("The postcode is on the screen already")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Thank you. The managers of").wait_for()
    assert page.get_attribute("[data-part=script]", "data-step") == "postcode"


def home_key(page) -> str:
    labels = page.locator("fieldset#value label").all_inner_texts()
    position = next(n for n, label in enumerate(labels, 1) if "14 Mill Lane" in label)
    if position <= 9:
        return str(position)
    for _ in range(position - 1):
        page.keyboard.press("ArrowDown")
    return "Space"


def test_a_pop_takes_neither_focus_nor_typing(page, demo):
    """Half a word in a field when it rings: focus, caret and word stay; the live region says it once."""
    be_ready(page, demo)
    page.evaluate(
        "() => { const box = document.createElement('textarea'); box.id = 'scratch';"
        " document.querySelector('main').after(box); box.focus() }"
    )
    page.keyboard.type("half a wo")
    call = callers.place(demo.callers, to="5001", caller=ANA, patience=60)
    desk_is(page, "ringing")
    page.keyboard.type("rd")
    assert page.evaluate("[document.activeElement.id, document.activeElement.value]") == ["scratch", "half a word"]
    assert page.title().startswith("(Ringing) Harborough")
    callers.hang_up(demo.callers, call)
    desk_is(page, "ready")
    assert "rang off" in page.inner_text("[data-part=bar]")
    leave(page)


def test_enter_twice_sends_once_and_notes_survive_a_reload(page, demo):
    be_ready(page, demo)
    callers.place(demo.callers, to="5001", caller="withheld", patience=60)
    desk_is(page, "ringing")
    page.get_by_role("button", name="Answer").click()
    desk_is(page, "in_call")
    assert "withheld" in page.inner_text("#desk").lower()
    page.get_by_role("button", name=re.compile("missed|emptied", re.I)).first.click()
    page.wait_for_selector("[data-step=postcode]")
    page.fill("#value", "LE8 0ES")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-step=property]")
    page.fill("#notes", "O'Brien-ab Őz שלום <script>alert(1)</script> " + "x" * 200)
    page.wait_for_function("() => document.querySelector('[data-saved]').textContent !== ''")
    page.reload()
    desk_is(page, "in_call")
    assert "שלום <script>" in page.input_value("#notes")
    assert page.get_attribute("[data-part=script]", "data-step") == "property"
    gives_a_code_and_holds(page)
    end_call(page)
    page.get_by_role("button", name="Finish, then pause").first.click()
    desk_is(page, "paused")
    assert page.problems == []


def gives_a_code_and_holds(page) -> None:
    """The focus is on what is told, which stays until the agent goes on: a code is told once."""
    page.get_by_text("They want to go on by themselves").click()
    page.get_by_role("button", name="Give them a code").click()
    page.wait_for_selector("#given:focus")
    page.keyboard.press("Alt+Shift+H")
    page.wait_for_selector("#desk[data-held]:not([data-held=''])")
    assert page.evaluate("document.activeElement.id") == "given"


def test_a_wrong_postcode_is_said_at_the_field(page, demo):
    be_ready(page, demo)
    callers.place(demo.callers, to="5001", caller=ANA, patience=60)
    desk_is(page, "ringing")
    page.get_by_role("button", name="Answer").click()
    desk_is(page, "in_call")
    page.wait_for_selector("#say:focus")
    page.keyboard.press("2")
    assert page.evaluate("document.activeElement.name") == "script", "a need is gone to by its number"
    page.get_by_role("button", name=re.compile("missed|emptied", re.I)).first.click()
    page.wait_for_selector("[data-step=postcode]")
    page.fill("#value", "LE8")
    page.keyboard.press("Enter")
    page.wait_for_selector("#value-error")
    assert "LE8\u00a00ES" in page.inner_text("#value-error")
    page.keyboard.type("LE8 0")
    assert page.input_value("#value") == "LE8 0", "what is typed after an error takes the place of what was wrong"
    check_ana(page)
    end_call(page)
    page.get_by_role("button", name="Finish and be ready").first.click()
    desk_is(page, "ready")
    rings_again(page, demo)


def check_ana(page) -> None:
    page.get_by_text("Check who", exact=True).click()
    page.get_by_role("button", name="They gave both").first.click()
    page.wait_for_selector("#history")


def rings_again(page, demo) -> None:
    """What was before the call comes when its key opens it, which leads back as well."""
    callers.place(demo.callers, to="5001", caller=ANA, patience=60)
    desk_is(page, "ringing")
    page.get_by_role("button", name="Answer").click()
    desk_is(page, "in_call")
    assert page.locator("#history").count() == 0, "nobody is checked yet"
    check_ana(page)
    page.focus("#notes")
    page.keyboard.press("Alt+Shift+L")
    page.locator("aside .found__row").filter(has_text="Left unfinished").first.wait_for()
    assert page.evaluate("document.activeElement.id") == "history"
    assert axe(page) == []
    page.keyboard.press("Alt+Shift+L")
    assert page.evaluate("document.activeElement.id") == "notes"
    end_call(page)
    page.get_by_role("button", name="Finish, then pause").first.click()
    desk_is(page, "paused")
    assert page.problems == []


@pytest.mark.parametrize(
    "place",
    [
        (None, "/", "front"), (None, "/demo/", "demo-front"), (None, "/accounts/login/", "sign-in"),
        (SAM, "/desk/", "desk"), (LEE, "/cases/", "cases"), (JO, "/reports/", "report"),
        (PRIYA, "/reports/", "report-leader"), (None, "/demo/ring/", "ring-us"),
    ],
)
def test_pages_are_clean_at_every_width(page, demo, place):
    who, path, name = place
    if who:
        sign_in(page, demo, who)
    is_clean_at_every_width(page, f"{demo.staff}{path}", name)


@pytest.mark.parametrize("width", [1280, 360])
def test_a_councils_own_page_looks_like_it(page, demo, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(demo.public.replace("localhost", "harborough.localhost"))
    assert "Harborough District Council" in page.inner_text("header")
    assert "Charnwood" in page.inner_text("footer")
    assert axe(page) == []
    shot(page, f"council-{width}")


@pytest.mark.parametrize("script", [True, False])
def test_a_question_holds_at_320_in_forced_colours_with_and_without_a_script(chromium, demo, script):
    context = chromium.new_context(
        viewport={"width": 320, "height": 600}, forced_colors="active", java_script_enabled=script
    )
    page = context.new_page()
    page.goto(f"{demo.public.replace('localhost', 'harborough.localhost')}/do/missed-bin/")
    page.get_by_role("button", name="Start now").click()
    for typed in ("LE8", "LE8 0ES"):  # wrong first: what is wrong is told without a colour
        page.get_by_role("textbox").fill(typed)
        page.get_by_role("button", name="Continue").click()
        assert (page.locator(".govuk-error-summary").count() == 1) is (typed == "LE8")
        assert page.locator("h1:visible").count() == 1
        wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]") if script else None
        assert wide is None or wide[0] <= wide[1], f"{typed} scrolls sideways"
        shot(page, f"question-320-forced-{'with' if script else 'without'}-script-{typed[:3] + str(len(typed))}")
    page.set_default_timeout(5000)
    page.locator("main select").select_option(label="14 Mill Lane, Kibworth")
    for part in page.locator("main select, main button:visible, h1").all():
        box = part.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 320, "it is cut off"
    button = page.locator("main button:visible").first
    edge = button.evaluate("each => getComputedStyle(each).borderTopStyle") if script else ""
    assert edge != "none", "a button has no edge where colours are taken away"
    context.close()


def test_the_desk_that_a_council_previews_cuts_nothing_off_on_a_phone(page, demo):
    sign_in(page, demo, JO)
    page.set_viewport_size({"width": 286, "height": 620})  # the frame within a page of 320
    page.goto(f"{demo.staff}/identity/harborough/preview/desk/")
    for bar in page.locator(".call-bar").all():
        box, parts = bar.bounding_box(), bar.locator(".call-bar__who, .call-bar__words, button").all()
        for part in parts:
            inner = part.bounding_box()
            assert inner["y"] >= box["y"], part.inner_text()
            assert inner["y"] + inner["height"] <= box["y"] + box["height"], part.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it scrolls sideways"


def test_the_officer_claims_and_closes_the_case(page, demo):
    sign_in(page, demo, LEE)
    page.goto(f"{demo.staff}/cases/?tab=team")
    page.get_by_role("link", name=REFERENCE).first.click()
    assert axe(page) == []
    shot(page, "case")
    page.get_by_role("button", name=re.compile("Take|Claim")).first.click()
    page.wait_for_load_state()
    assert "Lee" in page.inner_text("main")
    assert page.problems == []


def test_every_figure_opens_to_its_contacts(page, demo):
    sign_in(page, demo, JO)
    page.goto(f"{demo.staff}/reports/")
    link = page.locator("table a").filter(has_text=re.compile(r"^[1-9]\d*$")).first
    number = int(link.inner_text())
    link.click()
    assert page.inner_text("h1").startswith(str(number))
    assert page.locator("tbody tr").count() == number
    assert axe(page) == []
    shot(page, "report-contacts")
