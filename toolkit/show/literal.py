"""What a reader comes to who takes all that stands there for true, and all that is published.

They need not be right: a count that stays as an earlier release had it, or a published one that
was put right since, leads astray. Where such figures cannot all hold, they leave some out, in
whichever way they come to an answer. What they find does harm where it is right: each range is
held against the truth.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.aggregate import Key
from toolkit.show import ranges
from toolkit.show.constants import constants
from toolkit.show.ranges import WIDE_ENOUGH, Programme
from toolkit.show.system import Partition, System
from toolkit.show.unknowns import Equation, Unknown, components, floors, in_all, sort_by, value

HALF = 0.5  # a whole number that is as near to a range as this is in it
Found = dict[Unknown, tuple[Programme, float]]


def found_by(system: System, published: Mapping[Key, float]) -> dict[Unknown, list[Equation]]:
    """Return the small hidden counts that such a reader narrows rightly.

    Not those that would be as narrow with all else hidden, and no mark believed: what is
    published, or was told before, tells of them. Each comes with the equations that it stands in
    a group with, in a fixed order.

    Args:
        system: The counts, protected otherwise.
        published: What is published of the area, whether own counts differ from it or not.
    """
    found = _Reader.of(system, published).found()
    if not found:
        return {}
    most = replace(system, hidden=system.hidden | {k for k in system.local if system.may_hide(k)})
    anyway = replace(_Reader.of(most, published), marks=(False,)).found(found)
    return {
        u: list(programme.equations)
        for u, (programme, width) in sorted(found.items(), key=lambda item: sort_by(item[0]))
        if u not in anyway or anyway[u][1] > width + WIDE_ENOUGH
    }


@dataclass(frozen=True)
class _Reader:
    """A reader who takes what is seen for true.

    Attributes:
        system: The counts as they are.
        seen: The counts as the reader takes them to be.
        marks: Whether to believe that marks stand for 1 at least: what to try in turn.
    """

    system: System
    seen: System
    marks: tuple[bool, ...] = (True, False)

    @classmethod
    def of(cls, system: System, published: Mapping[Key, float]) -> _Reader:
        """Return the reader of a release who has looked up what is published."""
        local = {k: system.kept.get(k, v) for k, v in system.local.items()}
        hidden = system.hidden - set(system.kept)
        shown = {k: v for k, v in local.items() if k not in hidden}
        sure = constants(published, shown, system.summed)
        fixed = {k: v for k, v in sure.items() if k not in shown}
        seen = replace(
            system, local=local, fixed=fixed, hidden=hidden - set(fixed), kept={},
            near=system.threshold + HALF, _bare_of=-1, _bare=set(),
        )  # fmt: skip
        return cls(system, seen)

    def found(self, among: Collection[Unknown] | None = None) -> Found:
        """Return what is narrowed rightly, with how far, among some counts or all small ones."""
        found: Found = {}
        every = [e for p in self.seen.partitions if (e := self._equation(p)) is not None]
        for equations in components(every):
            asked = [u for u in in_all(equations) if self._is_secret(u)]
            asked = asked if among is None else [u for u in asked if u in among]
            for believed in self._beliefs(equations, asked) if asked else ():
                for unknown, width in self._given_away(believed, asked):
                    if unknown not in found or width < found[unknown][1]:
                        found[unknown] = believed, width
        return found

    def _is_secret(self, unknown: Unknown) -> bool:
        """Return whether an unknown is a small count of the present records."""
        local = self.system.local
        if isinstance(unknown, Partition) or unknown not in local or unknown in self.seen.gone:
            return False
        return self.system.is_small(local[unknown])

    def _equation(self, partition: Partition) -> Equation | None:
        """Return what such a reader adds up; None where nothing is hidden, or no whole is known."""
        seen, parent = self.seen, partition.parent
        parts: list[Unknown] = [k for k in partition.parts if k in seen.hidden]
        is_shown = parent not in seen.hidden and (parent in seen.local or parent in seen.fixed)
        if not (parts or parent in seen.hidden) or not (is_shown or parent in seen.hidden):
            return None
        shown = sum(seen.value(k) for k in partition.parts if k not in seen.hidden)
        if self.system.rest(partition):
            parts.append(partition)
        whole, known = (None, seen.value(parent) - shown) if is_shown else (parent, -shown)
        return Equation(partition, tuple(parts), whole, known, believed=True)

    def _beliefs(
        self, equations: Sequence[Equation], asked: Sequence[Unknown]
    ) -> Iterator[Programme]:
        """Yield what can be made of equations that share unknowns.

        All of them, where they hold together and leave what is asked wide: then any fewer do.
        Else what holds of them, of those that are not published, of those of no earlier release,
        and of each table by itself.
        """
        every = self._programme(equations, self.marks[0])
        if every.holds() and not every.narrow(dict.fromkeys(asked, self.seen.threshold)):
            return
        for few in dict.fromkeys(map(tuple, (equations, *self._fewer(equations)))):
            for group in components(few):
                if not set(asked).isdisjoint(in_all(group)):
                    yield from self._holding(group)

    def _fewer(self, equations: Sequence[Equation]) -> Iterator[list[Equation]]:
        """Yield which equations a reader may have, or believe, who does not all of them."""
        for doubtful in (self.seen.fixed.keys(), self.seen.gone):
            yield [e for e in equations if doubtful.isdisjoint(_keys(e))]
        tables = {frozenset(d for d, _ in k[1]) for e in equations for k in _keys(e)}
        for table in sorted(tables, key=sorted):
            if not any(table < other for other in tables):
                yield [e for e in equations if all(table.issuperset(dict(k[1])) for k in _keys(e))]

    def _holding(self, equations: Sequence[Equation]) -> Iterator[Programme]:
        """Yield the equations as they hold: all, or most, or with the marks not believed."""
        for marks in self.marks:
            programme = self._programme(equations, marks)
            if programme.holds():
                yield programme
                return
            for group in components(ranges.that_hold(programme)):
                yield self._programme(group, marks)

    def _programme(self, equations: Sequence[Equation], marks: bool) -> Programme:
        least = floors(self.seen, equations)
        return Programme(equations, least if marks else dict.fromkeys(least, 0.0))

    def _given_away(
        self, programme: Programme, asked: Sequence[Unknown]
    ) -> Iterator[tuple[Unknown, float]]:
        """Yield those of the unknowns whose range is too narrow, and right, with its width."""
        wide = dict.fromkeys((u for u in asked if u in programme.at), self.seen.threshold)
        for unknown, (low, high) in programme.narrow(wide).items():
            if low - HALF < value(self.system, unknown) < high + HALF:
                yield unknown, high - low


def _keys(equation: Equation) -> tuple[Key, ...]:
    return (equation.partition.parent, *equation.partition.parts)
