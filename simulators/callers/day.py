"""When people ring and how long they wait and talk: profiles of the day and the spreads of two times.

Sources: `bank` is the share of a day's calls by hour at the "Anonymous Bank" call centre (33,066 calls of February
1999, Guedj and Mandelbaum, Technion); talk (mean 180 s, sd 218 s, lognormal) and patience (mean 348 s, exponential)
are that bank's too. `council` is a working figure for English councils, 09 to 17 in half-hours.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from datetime import datetime

BANK = (
    0.0037,
    0.0010,
    0.0006,
    0.0002,
    0.0003,
    0.0007,
    0.0034,
    0.0273,
    0.0668,
    0.0747,
    0.0839,
    0.0774,
    0.0655,
    0.0784,
    0.0721,
    0.0695,
    0.0706,
    0.0575,
    0.0513,
    0.0476,
    0.0408,
    0.0420,
    0.0359,
    0.0288,
)
COUNCIL = (5.5, 7.0, 7.8, 8.0, 7.8, 7.3, 6.4, 5.6, 5.4, 5.9, 6.3, 6.3, 6.0, 5.7, 5.0, 4.0)
COUNCIL_OPENS, OPEN_FROM, OPEN_TO = 9, 8, 18
PROFILES: Mapping[str, tuple[float, ...]] = {
    "bank": tuple(BANK[half_hour // 2] for half_hour in range(48)),
    "council": tuple(
        COUNCIL[half_hour - 2 * COUNCIL_OPENS] if 0 <= half_hour - 2 * COUNCIL_OPENS < len(COUNCIL) else 0.0
        for half_hour in range(48)
    ),
}
TALK_SD_PER_MEAN = 218 / 180
DAY_TO_DAY = 0.10  # cv of a day's volume on a normal day


def factor(profile: str, at: datetime, *, steady: bool) -> float:
    """The rate at that local time over the mean rate of the open hours (08 to 18). `steady`: never less than 1 outside
    them.
    """
    shares = PROFILES[profile]
    half_hour = at.hour * 2 + at.minute // 30
    mean = sum(shares[2 * OPEN_FROM : 2 * OPEN_TO]) / (2 * (OPEN_TO - OPEN_FROM))
    now = shares[half_hour] / mean
    is_open = OPEN_FROM <= at.hour < OPEN_TO and now > 0
    return max(now, 1.0) if steady and not is_open else now


def day_noise(random_: random.Random) -> float:
    """By how much a whole day is busier or quieter than planned: gamma, mean 1."""
    shape = 1 / DAY_TO_DAY**2
    return random_.gammavariate(shape, 1 / shape)


def talk_s(random_: random.Random, mean_s: float) -> float:
    """How long a conversation lasts, at least 15 s and at most an hour."""
    spread = math.sqrt(math.log(1 + TALK_SD_PER_MEAN**2))
    return min(3600.0, max(15.0, random_.lognormvariate(math.log(mean_s) - spread**2 / 2, spread)))


def patience_s(random_: random.Random, mean_s: float) -> float:
    """How long somebody waits before giving up, at least 5 s and at most an hour."""
    return min(3600.0, max(5.0, random_.expovariate(1 / mean_s)))
