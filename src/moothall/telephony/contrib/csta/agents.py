"""What the exchange tells of its agents, as the port shows it."""

from __future__ import annotations

from moothall.telephony import port
from moothall.telephony.contrib.csta.causes import AGENT_STATES
from moothall.telephony.contrib.csta.elements import Node
from moothall.telephony.contrib.csta.events import device_in
from moothall.telephony.contrib.csta.session import Stamp


def agent_state(root: Node, stamp: Stamp) -> port.AgentState:
    return port.AgentState(
        at=stamp.at,
        monotonic_ns=stamp.monotonic_ns,
        device=device_in(root.child("agentDevice")),
        agent=root.text_of("agentID")[:32],
        state=AGENT_STATES[root.name],
        reason=root.text_of("cause")[:60],
    )
