"""What the router asks, put to the exchange's link: an act, and the verb of the port that does it."""
from __future__ import annotations

from moothall.queueing.acts import (
    Act,
    Answer,
    CallOut,
    Clear,
    Complete,
    Consult,
    ConsultAct,
    Deflect,
    Follow,
    GiveUp,
    Hold,
    Swap,
    Transfer,
)
from moothall.telephony.port import (
    CallsOut,
    Consults,
    Done,
    ExchangeLink,
    FollowsPresence,
    HandlesCalls,
    Refused,
    Result,
    SpeaksToCallers,
)

CANT = Refused("not_supported")


async def carry_out(link: ExchangeLink, act: Act) -> Result:
    """Ask it of the exchange. Refused where its link can't do that at all."""
    match act:
        case Deflect(call, to):
            return await link.deflect(call, to)
        case Answer(call, device):
            return await link.answer(call, device)
        case Clear(call, device, says=says):
            return await _clear(link, call, device, says)
        case Hold(call, device, back=back):
            if not isinstance(link, HandlesCalls):
                return CANT
            return await (link.retrieve if back else link.hold)(call, device)
        case Transfer(call, device, to):
            return await link.transfer(call, device, to) if isinstance(link, HandlesCalls) else CANT
        case Follow(device, wish):
            return await link.set_agent_state(device, wish) if isinstance(link, FollowsPresence) else Done()
        case CallOut(device=device, number=number, shows=shows):
            return await link.call_out(device, number, shows=shows) if isinstance(link, CallsOut) else CANT
        case _:
            return await _consult(link, act) if isinstance(link, Consults) else CANT


async def _clear(link: ExchangeLink, call: str, device: str, says: str) -> Result:
    if says and isinstance(link, SpeaksToCallers):
        result = await link.tell_and_clear(call, device, says)
        if not isinstance(result, Refused):
            return result
    return await link.clear(call, device)


async def _consult(link: Consults, act: ConsultAct) -> Result:
    match act:
        case Consult(call, device, to):
            return await link.consult(call, device, to)
        case Swap(call, device):
            return await link.swap(call, device)
        case Complete(call, device):
            return await link.complete(call, device)
        case GiveUp(call, device):
            return await link.give_up(call, device)
