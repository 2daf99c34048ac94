"""The numbering plan: which numbers are stations, which are route points, where unknown numbers go."""

from __future__ import annotations

from dataclasses import dataclass


def number_ranges(text: str) -> tuple[range, ...]:
    """Read `4000-4999,6001` into ranges; raises ValueError with the piece that can't be read."""
    ranges = []
    for piece in filter(None, (part.strip() for part in text.split(","))):
        first, _, last = piece.partition("-")
        if not first.isdecimal() or not (last or first).isdecimal() or int(last or first) < int(first):
            raise ValueError(f"'{piece}' is not a number or a range like 4000-4999")
        ranges.append(range(int(first), int(last or first) + 1))
    return tuple(ranges)


@dataclass(frozen=True)
class Plan:
    """Bounded, so that nobody can make the exchange grow by asking about numbers that don't exist."""

    stations: tuple[range, ...]
    route_points: tuple[range, ...]
    default_route_point: str

    def is_station(self, number: str) -> bool:
        return _within(number, self.stations)

    def is_route_point(self, number: str) -> bool:
        return _within(number, self.route_points) or number == self.default_route_point

    @property
    def words(self) -> str:
        lines = ", ".join(
            f"{each.start} to {each.stop - 1}" if len(each) > 1 else str(each.start) for each in self.route_points
        )
        return f"the lines are {lines}" if lines else f"the only line is {self.default_route_point}"

    def is_device(self, number: str) -> bool:
        return self.is_station(number) or self.is_route_point(number)


def _within(number: str, ranges: tuple[range, ...]) -> bool:
    return len(number) <= 10 and number.isdecimal() and any(int(number) in numbers for numbers in ranges)
