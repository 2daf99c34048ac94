"""Reading runs: the step that the desk shows, and the scripts that a contact can begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from moothall.contacts.models import Contact, Need
from moothall.domain.interview.ahead import pages_ahead
from moothall.domain.interview.answers import as_typed, discreet, offered
from moothall.domain.interview.answers import choices as options_of
from moothall.domain.interview.dependence import asked_anew
from moothall.domain.interview.model import Field, Script, Step, Words
from moothall.domain.interview.run import Ask, End, Stuck, Walk
from moothall.domain.interview.words import fill, read_not_heard
from moothall.lib import clock
from moothall.places.models import Property
from moothall.places.postcodes import display_postcode
from moothall.scripts.access import services_answered, with_all
from moothall.scripts.cost import Cost, cost_of
from moothall.scripts.knowledge import Article, article
from moothall.scripts.known_before import known_before, near_home
from moothall.scripts.models import Run
from moothall.scripts.numbers_told import NumberTold, numbers_told
from moothall.scripts.shared import stops
from moothall.scripts.steps import LANGUAGE, Said, label_of, pages_passed, short_of, shown, so_far, speaks_for, walk_of
from moothall.scripts.versions import pack_of, packs_folder, published_scripts, script_of
from moothall.scripts.web_scripts import may_be_followed
from moothall.tenancy.models import Council
from moothall.tenancy.queries import service_by_slug, services_by_slug

ANY = "any"  # the service of a script that belongs to whatever line was rung
STUCK = (
    "I can't finish this here. I'll ask an officer to help you.",
    "The script can't go on. Note what they say and tell your team leader.",
)
COUNCIL_ASKED = "Which council is it about?"
Kind = Literal["ask", "say", "end", "stuck", "council"]


@dataclass(frozen=True, slots=True)
class ScriptChoice:
    """A script that can be begun in this contact; `service` is the number of the need's service.

    `other`: it is for what no other script is for.
    """

    key: str
    title: str
    service: int
    other: bool = False
    interrupt: str = ""


@dataclass(frozen=True, slots=True)
class StepView:
    """What the desk shows of a run. `options` are (value, label); `value` is what was answered before, if it was.

    `progress` is (this page's number, about how many are still to come); `council` is in whose name to speak from here.
    At the kind `council` the script waits for one, on a shared line.
    """

    run: int
    version: int
    script: str
    title: str
    kind: Kind
    key: str
    say: str
    do: str
    why: str
    if_they_say: tuple[tuple[str, str], ...]
    field: str
    options: tuple[tuple[str, str], ...]
    value: str
    optional: bool
    longest: int
    progress: tuple[int, int]
    so_far: tuple[Said, ...]
    council: Council
    result: str = ""
    outcome: str = ""
    code: str = ""
    offered: str = ""  # an address that is known already, to be asked about before it is typed again
    offered_of_caller: bool = False  # it is the checked caller's; else the contact was about it before
    told_before: str = ""  # a name or a way to reach them that they gave for another need of this call
    checked_as: str = ""  # the name of whoever was checked to be calling, where that is asked
    page: str = ""  # the question as the public page has it
    hint: str = ""
    help: str = ""
    why_each: Mapping[str, str] = field(default_factory=dict)  # option → why it is asked for
    alone: tuple[str, ...] = ()  # the options that are chosen with nothing else
    know: Article | None = None
    anew: tuple[str, ...] = ()  # the answers, by their short questions, that may be asked anew if this one changes
    stays: tuple[str, ...] = ()  # and those that stay
    returns_to: str = ""  # what this one interrupts
    returns_run: int | None = None
    then: ScriptChoice | None = None  # what people with this need often need next
    cost: Cost | None = None
    near: str = ""  # where a place is asked for: the key of a postcode that is known to be near
    discreet: bool = False  # nobody beside the reader should see what it is about
    goes_back: bool = False  # there is a page before this one, and nothing that was done seals it
    numbers: tuple[NumberTold, ...] = ()  # that the step tells to ring, or to give
    by_themselves: bool = False  # the caller may go on with it by themselves, on the web


def current(run: Run) -> StepView:
    """The step at which a run stands, in words. Costs no look-up: facts were kept when they were looked up."""
    script, walked = script_of(run), walk_of(run)
    stop = walked.next
    stopped = stops(run, stop)
    step = None if stopped or isinstance(stop, Stuck) else stop.step
    values = shown(script, stop.values)

    def words(text: Words, *, read: bool = False) -> str:
        said = text.get(LANGUAGE)
        return fill(read_not_heard(said) if read else said, values, script.kinds())

    asked_for = step.field if step else Field()
    known, of_caller, before, checked = known_before(run, step)
    own, waits = offered(script, asked_for, values), _returns(run)
    listed, ending = (options_of(script, step, values), step.ending) if step else ([], None)
    heard, done = (words(step.say), words(step.do)) if step else (COUNCIL_ASKED, "") if stopped else STUCK
    return StepView(
        run=run.pk,
        version=run.version,
        script=script.key,
        title=script.title.get(LANGUAGE),
        kind="council" if stopped else _kind(stop),
        key=step.key if step else "",
        say=heard,
        do=done,
        why=words(step.why) if step else "",
        if_they_say=tuple((words(they), words(you)) for they, you in step.if_they_say) if step else (),
        field=asked_for.kind,
        options=tuple((value, label_of(script, label, values)) for value, label in listed),
        value=_typed(asked_for, _kept(run, step, known) or before or checked),
        told_before=_typed(asked_for, before),
        checked_as=checked,
        optional=asked_for.optional,
        longest=asked_for.longest,
        progress=_progress(script, step, walked),
        so_far=tuple(so_far(run, walked)),
        council=speaks_for(run),
        result=step.key if ending and step else "",
        outcome=ending.outcome if ending else "",
        code=ending.code if ending else "",
        offered=known.line if known else "",
        offered_of_caller=of_caller,
        page=words(step.page) or words(step.say, read=True) if step else "",
        hint=words(step.hint) if step else "",
        help=words(step.help) if step else "",
        why_each={option.value: words(option.why) for option in own if option.why},
        alone=tuple(option.value for option in own if option.alone),
        know=article(packs_folder() / pack_of(run), step.know) if step and step.know else None,
        **_if_changed(run, step),
        returns_to=waits[0],
        returns_run=waits[1],
        then=_next_need(run, ending.then) if ending and ending.then else None,
        cost=cost_of(run, script, walked),
        near=near_home(run, asked_for, walked),
        discreet=discreet(script, values),
        goes_back=goes_back(run, walked),
        numbers=numbers_told(script, step, run.parameters, heard, done) if step else (),
        by_themselves=may_be_followed(script),
    )


def _progress(script: Script, step: Step | None, walked: Walk) -> tuple[int, int]:
    """Each question, and each thing that is only said, is a page of its own."""
    number = 1 + sum(passed.kind in ("ask", "say") for passed in walked.passed)
    asks = step is not None and step.kind in ("ask", "say")
    return number, pages_ahead(script, step, walked.next.values) if asks and step else 0


def goes_back(run: Run, walked: Walk) -> bool:
    """Whether Back leads somewhere: also in a script that lists no answers, since nobody should read them there."""
    pages = pages_passed(run, walked)
    return bool(pages) and not pages[-1][1]


def _if_changed(run: Run, step: Step | None) -> dict[str, tuple[str, ...]]:
    """What another answer to a question that was answered before may ask anew, and what stays."""
    if step is None or step.key not in run.answers or step.kind != "ask":
        return {}
    script = script_of(run)
    whole = walk_of(run, whole=True)
    passed = [each for each in whole.passed if each.kind == "ask" and each.short]
    later = {each.key: short_of(script, each, whole.next.values) for each in passed if each.key != step.key}
    anew = asked_anew(script, step.key, later.keys())
    stays = tuple(short for key, short in later.items() if key not in anew)
    return {"anew": tuple(later[key] for key in anew), "stays": stays}


def _returns(run: Run) -> tuple[str, int | None]:
    """What this one interrupts and its run, while that isn't finished."""
    parent = run.parent
    if parent is None or parent.need is None or parent.need.closed_at or parent.contact_id != run.contact_id:
        return "", None
    if parent.state == Run.State.GIVEN:
        return "", None
    return parent.need.title, parent.pk


def _next_need(run: Run, key: str) -> ScriptChoice | None:
    return next((choice for choice in choices(run.contact) if choice.key == key), None) if run.contact else None


def homes_asked(contact: int) -> set[int]:
    """The addresses that scripts were told in this call, by id."""
    told = set()
    for run in Run.objects.filter(contact=contact):
        kinds = {step.key: step.field.kind for step in script_of(run).steps}
        told |= {answer["value"] for key, answer in run.answers.items() if kinds.get(key) == "property"}
    return {int(number) for number in told if str(number).isdigit()}


def _kept(run: Run, step: Step | None, known: Property | None) -> str:
    """What was answered before, or the home that is known, as it is kept."""
    if step is None:
        return ""
    if known is not None:
        return known.postcode_key if step.field.kind == "postcode" else str(known.pk)
    return str(run.answers.get(step.key, {}).get("value", "")) if step.kind == "ask" else ""


def _typed(field: Field, kept: str) -> str:
    """A kept answer as people type it."""
    if kept and field.kind == "postcode":
        return display_postcode(kept)
    return as_typed(field, kept)


def _kind(stop: object) -> Kind:
    if isinstance(stop, End):
        return "end"
    if isinstance(stop, Ask):
        return "say" if stop.step.kind == "say" else "ask"
    return "stuck"


def open_needs(contact: Contact) -> list[tuple[Need, Run | None]]:
    """The needs of a contact that are open, each with its script where one was begun. In an open scope."""
    runs = {run.need_id: run for run in with_all(Run.objects.filter(contact=contact)).order_by("pk")}
    return [(need, runs.get(need.pk)) for need in Need.objects.filter(contact=contact, closed_at=None).order_by("pk")]


def runs_by_need(contact: Contact) -> dict[int, Run]:
    """The latest run of each need of the contact, with what it interrupts."""
    rows = with_all(Run.objects.filter(contact=contact)).select_related("parent__need").order_by("pk")
    return {row.need_id: row for row in rows if row.need_id}


def unfinished_runs(contact: Contact) -> list[Run]:
    """The runs of its open needs that haven't come to their ends; first the one that was gone on with last."""
    rows = with_all(Run.objects.filter(contact=contact, need__closed_at=None, need__isnull=False))
    return list(rows.exclude(state=Run.State.DONE).order_by("-changed_at"))


def step_in_hand(contact: Contact) -> StepView | None:
    """The step at which the script stands that was gone on with last; None where none is open."""
    rows = with_all(Run.objects.filter(contact=contact, need__closed_at=None, need__isnull=False))
    run = rows.exclude(state__in=[Run.State.LEFT, Run.State.GIVEN]).order_by("-changed_at").first()
    return current(run) if run else None


def choices(contact: Contact) -> list[ScriptChoice]:
    """The scripts that may be begun for a need; see `may_begin`."""
    return [choice for choice in may_begin(contact) if not choice.interrupt]


def interrupts(contact: Contact) -> list[ScriptChoice]:
    """The scripts that may be entered from any step of another, and return there."""
    return [choice for choice in may_begin(contact) if choice.interrupt]


def may_begin(contact: Contact) -> list[ScriptChoice]:
    """The scripts that the person who acts may begin in a contact: its line's service first, then the others, by rank.

    A script for any service belongs to the line's and stands last.
    """
    answered = services_answered(contact, clock.now())
    numbers = services_by_slug()
    # On a shared line nobody answers for a service of the partnership's own: the need stays with the line's service,
    # and the address names the council whose case it is.
    shared = contact.council.kind == Council.Kind.PARTNERSHIP
    found: list[ScriptChoice] = []
    for script in sorted(published_scripts().values(), key=lambda script: script.rank):
        number = contact.service_id if script.service == ANY else numbers.get(script.service)
        if number is not None and number in answered:
            kept = contact.service_id if shared else number
            title, other = script.title.get(LANGUAGE), script.service == ANY
            found.append(ScriptChoice(script.key, title, kept, other, script.interrupt))
    return sorted(found, key=lambda choice: (choice.other, choice.service != contact.service_id))


def service_of(run: Run) -> int | None:
    """The number of the service that a run's script is for; None for a script of any service."""
    slug = script_of(run).service
    return None if slug == ANY else service_by_slug(slug)


def result_of(run: Run) -> tuple[str, str, str]:
    """(result, outcome, code) of a run at its end; empty texts while it isn't there."""
    stop = walk_of(run).next
    if not isinstance(stop, End) or stop.step.ending is None:
        return "", "", ""
    return stop.step.key, stop.step.ending.outcome, stop.step.ending.code
