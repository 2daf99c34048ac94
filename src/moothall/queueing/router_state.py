"""What the router says of itself, for desks and doctor: one row, written at each beat."""
from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from moothall.queueing.queries import execute

WRITE_STATE = """
INSERT INTO queueing_routerstate (
  id, leader, leader_since, heartbeat_at, link, link_since, handles_calls, consults, calls_out, counters
) VALUES (1, %(leader)s::text, %(leader_since)s::timestamptz, %(at)s::timestamptz, %(link)s::text,
  %(link_since)s::timestamptz, %(handles_calls)s::bool, %(consults)s::bool, %(calls_out)s::bool,
  %(counters)s::jsonb)
ON CONFLICT (id) DO UPDATE SET leader = excluded.leader, leader_since = excluded.leader_since,
  heartbeat_at = excluded.heartbeat_at, link = excluded.link, link_since = excluded.link_since,
  handles_calls = excluded.handles_calls, consults = excluded.consults, calls_out = excluded.calls_out,
  counters = excluded.counters
"""


def write_router_state(values: Mapping[str, Any]) -> None:
    execute(WRITE_STATE, {**values, "counters": json.dumps(values["counters"])})
