"""What is typed into the find box among a million customers: row security and an agent's scope on, and neither.

    ./moot bench search [--customers 1000000] [--cases 100000] [--rounds 60]

Two processes ask one database what the find page asks, in turn and in a shuffled order: one as the web role in an
agent's scope, the other as a role that passes row security, with no scope call. Once over all ten councils, which that
agent may see, once in a call for one of them; and, with the walls alone, an agent who sees no more than one council.
Gates: of each kind p95 at most 50 ms, and at most 1.5 times what it takes without. Exit 1 where a gate is missed.
"""
from __future__ import annotations

import argparse
import json
import random
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import psycopg

from bench.child import Child, children
from bench.crowd import gather
from bench.ground import DATABASE, add_cases, ground, percentile, settle

GATE_MS, GATE_RATIO = 50.0, 1.5
DEMO = 6000  # customers of the demo itself, whose councils, agents and addresses the crowd joins
OPEN = "bench_open"
ONE = 2  # the council of the call, and of the agent who sees no other
Asked = dict[str, list[str]]  # kind → what is typed
Answers = dict[tuple[str, str], dict[str, list[dict[str, Any]]]]  # kind and place → walls on and off → answers in turn


# Two agents: one answers for every council, the other for one alone; and the role that passes all walls.
AGENTS = """
INSERT INTO people_team (slug, name) VALUES ('bench-everywhere', 'Everywhere'), ('bench-one', 'One');
INSERT INTO tenancy_grant (team_id, council_id, service_id, "right", valid_from)
SELECT t.id, c.number, s.number, 'answer', now() - interval '1 day'
FROM people_team t CROSS JOIN tenancy_council c CROSS JOIN tenancy_service s
WHERE c.kind = 'council' AND (t.slug = 'bench-everywhere' OR t.slug = 'bench-one' AND c.number = {one});
INSERT INTO people_person (email, name, password, job, station, is_operator, is_active, joined)
SELECT slug || '@charnwood.example', name, '', '', '', false, true, now() FROM people_team WHERE slug LIKE 'bench-%';
INSERT INTO people_membership (person_id, team_id, job, valid_from)
SELECT p.id, t.id, 'agent', now() - interval '1 day' FROM people_team t JOIN people_person p ON p.name = t.name
WHERE t.slug LIKE 'bench-%';
CREATE ROLE {open} LOGIN BYPASSRLS PASSWORD '{open}';
GRANT moothall_web TO {open};
ALTER ROLE {open} SET max_parallel_workers_per_gather = 0
"""


def add_askers(connection: psycopg.Connection[Any], url: str) -> str:
    """The agents whose scopes are opened; the URL of the role that row security doesn't bind."""
    connection.execute(AGENTS.format(one=ONE, open=OPEN))
    parts = urlsplit(url)
    return parts._replace(netloc=f"{OPEN}:{OPEN}@{parts.hostname}:{parts.port}").geturl()


def whom_to_ask(connection: psycopg.Connection[Any], rounds: int) -> Asked:
    """Of each kind so many to look for, of people drawn by chance, and of the council of the call."""
    draw = random.Random(7)
    found = connection.execute(
        "SELECT c.name, p.postcode, p.uprn, f.number FROM customers_customer c "
        "JOIN places_property p ON p.id = c.property_id JOIN customers_customerphone f ON f.customer_id = c.id "
        "WHERE c.council_id = %s AND NOT c.protected AND c.name ~ '^[A-Z][a-z]{2,} [A-Z][a-z]{3,}$' "
        "ORDER BY hashint8(c.id) LIMIT %s", [ONE, rounds]).fetchall()
    references = connection.execute(
        "SELECT reference FROM cases_case WHERE council_id = %s AND NOT apart ORDER BY hashint8(id) LIMIT %s",
        [ONE, rounds]).fetchall()  # fmt: skip
    names = [row[0] for row in found]
    firsts, lasts = commonest(connection)
    return {
        "exact name": names,
        "misspelt name": [" ".join([name.split()[0], slip(name.split()[1], draw)]) for name in names],
        "two common words": [f"{draw.choice(firsts)} {draw.choice(lasts)}" for _ in names],
        "initial and surname": [f"{name[0]} {name.split()[1]}" for name in names],
        "initial, common surname": [f"{draw.choice(firsts)[0]} {draw.choice(lasts)}" for _ in names],
        "surname alone": [name.split()[1] for name in names],
        "beginnings of both": [" ".join(word[:3] for word in name.split()) for name in names],
        "phone": [row[3] for row in found], "postcode": [row[1] for row in found],
        "name and postcode": [f"{row[0].split()[1]} {row[1]}" for row in found],
        "UPRN": [str(row[2]) for row in found], "reference": [row[0] for row in references],
    }  # fmt: skip


def commonest(connection: psycopg.Connection[Any]) -> tuple[list[str], list[str]]:
    """The twenty commonest first names and surnames of the crowd: `sarah smith`."""
    rows = connection.execute("SELECT name FROM customers_customer ORDER BY hashint8(id) LIMIT 50000").fetchall()
    pairs = [row[0].split() for row in rows if row[0].count(" ") == 1]
    first, last = (Counter(pair[at] for pair in pairs).most_common(20) for at in (0, 1))
    return [word for word, _ in first], [word for word, _ in last]


def slip(word: str, draw: random.Random) -> str:
    """With one letter left out, doubled, exchanged or swapped, not the first."""
    at = draw.randrange(1, len(word) - 1)
    return draw.choice([
        word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:],
        word[:at] + draw.choice("aeiourst") + word[at + 1 :], word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    ])  # fmt: skip


# Where it is looked, and as whom: among all councils, in a call for one, and as an agent who sees one alone.
WHERE: tuple[tuple[str, int | None, str], ...] = (
    ("all councils", None, "everywhere"), ("one council", ONE, "everywhere"), ("an agent of one", None, "one"),
)  # fmt: skip


def in_turn(asked: Asked) -> Iterator[tuple[str, str, int | None, str, str]]:
    """Everything to be asked, shuffled: no kind warms the caches for itself."""
    every = [(kind, place, council, who, typed) for kind, words in asked.items() for typed in words
             for place, council, who in WHERE]  # fmt: skip
    random.Random(8).shuffle(every)
    return iter(every)


def measure(askers: dict[str, Child], asked: Asked) -> Answers:
    answers: Answers = defaultdict(lambda: defaultdict(list))
    for turn, (kind, place, council, who, typed) in enumerate(in_turn(asked)):
        walls = ["on"] if who == "one" else ["on", "off"]
        for wall in walls[:: -1 if turn % 2 else 1]:
            told = askers[wall].ask(json.dumps({"typed": typed, "council": council, "who": who}))
            answers[kind, place][wall].append({"typed": typed, **told})
    return answers


def report(answers: Answers, kinds: Asked) -> bool:
    good = True
    print(f"{'looked for':24}{'among':17}{'p50':>7}{'p95':>7}{'max':>7}{'worked':>8}  without:{'p50':>7}{'p95':>7}"
          f"{'worked':>8}   ratio p50   p95  worked  found")
    for kind in kinds:
        for place, _, _ in WHERE:
            walls = answers[kind, place]
            p50, p95, most = (percentile([row["ms"] for row in walls["on"]], share) for share in (0.5, 0.95, 1.0))
            worked = {wall: statistics.median(row["worked"] for row in rows) for wall, rows in walls.items()}
            line = f"{kind:24}{place:17}{p50:7.1f}{p95:7.1f}{most:7.1f}{worked['on']:8.1f}"
            missed = [] if p95 <= GATE_MS else [f"p95 over {GATE_MS:.0f} ms"]
            if "off" in walls:
                bare50, bare95 = (percentile([row["ms"] for row in walls["off"]], share) for share in (0.5, 0.95))
                line += f"          {bare50:7.1f}{bare95:7.1f}{worked['off']:8.1f}"
                line += f"        {p50 / bare50:4.2f}  {p95 / bare95:4.2f}    {worked['on'] / worked['off']:4.2f}"
                missed += [f"over x{GATE_RATIO}"] if p95 > GATE_RATIO * bare95 else []
                pairs = zip(walls["on"], walls["off"], strict=True)
                unlike = [row["typed"] for row, other in pairs if row["rows"] != other["rows"]]
                missed += [f"other rows without, as for {unlike[0]!r}: the comparison means nothing"] if unlike else []
            else:
                line += " " * 57
            share = statistics.mean(bool(row["rows"]) for row in walls["on"])
            print(line + f"  {share:5.0%}" + (f"  MISSED: {', '.join(missed)}" if missed else ""))
            good &= not missed
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=60)
    args = parser.parse_args()
    started = perf_counter()
    with ground("search", customers=DEMO) as (cluster, url):
        with psycopg.connect(cluster.bootstrap_url(DATABASE)) as connection:
            gather(connection, args.customers - DEMO)
            bare = add_askers(connection, url)
        add_cases(cluster, args.cases)
        settle(cluster)
        with psycopg.connect(cluster.bootstrap_url(DATABASE)) as connection:
            asked = whom_to_ask(connection, args.rounds)
        print(f"{args.customers} customers, {args.cases} cases, {args.rounds} of each kind and place in turn; "
              f"made in {perf_counter() - started:.0f} s", flush=True)
        with children("bench.search_child", on=(url, "web"), off=(bare, "owner")) as askers:
            answers = measure(askers, asked)
    return 0 if report(answers, asked) else 1


if __name__ == "__main__":
    raise SystemExit(main())
