"""Each partition by itself: what a reader could subtract, and what is hidden against it."""

from __future__ import annotations

from collections.abc import Iterable

from toolkit.show.system import Partition, System, order


def hidden_parts(system: System, partition: Partition) -> list[float]:
    """Return the values of a partition's parts that a reader does not see, the rest included."""
    values = [system.value(k) for k in partition.parts if k in system.hidden]
    rest = system.rest(partition)
    return [*values, rest] if rest else values


def is_safe(system: System, partition: Partition) -> bool:
    """Return whether subtraction within a partition tells a reader nothing too close.

    With the whole known, a lone hidden part is the whole less the others; of several, each is
    at most their sum less 1 for each of the others, since every part with a mark is at least 1.
    """
    parts = hidden_parts(system, partition)
    if not system.is_known(partition.parent):
        return bool(parts)
    if not parts:
        return True
    if not any(k in system.hidden for k in partition.parts):  # only the rest is unseen
        return not system.is_small(parts[0])
    unseen = sum(k in system.unseen for k in partition.parts if k in system.hidden)
    if len(parts) == 1:  # without a mark, only a small one would tell
        return unseen == 1 and not system.is_small(parts[0])
    return sum(parts) - (len(parts) - unseen) >= system.threshold


def protect_partition(system: System, partition: Partition) -> None:
    """Hide more of a partition until it is safe, the smallest parts first."""
    while not is_safe(system, partition):
        candidates = sorted(
            (k for k in partition.parts if system.may_hide(k)),
            key=lambda k: (system.value(k), order(k)),
        )
        nonzero = [k for k in candidates if system.value(k) > 0]
        whole = partition.parent
        if nonzero:
            system.hidden.add(nonzero[0])
        elif system.may_hide(whole):
            system.hidden.add(whole)
        elif candidates:
            system.hidden.update(candidates)
        elif whole not in system.fixed and whole not in system.local:
            system.show_virtually(whole, sum(system.value(k) for k in partition.parts))
        else:
            if len(hidden_parts(system, partition)) < 2 and not _is_as_before(system, partition):
                system.unresolved[partition] = None
            return  # a published whole so small that its parts cannot have a wider range


def _is_as_before(system: System, partition: Partition) -> bool:
    """Return whether a partition hides corrections alone: all that is seen was seen before."""
    unseen = [k for k in (partition.parent, *partition.parts) if k in system.hidden]
    return bool(unseen) and all(k in system.kept for k in unseen)


def protect_partitions(system: System, waiting: Iterable[Partition] | None = None) -> None:
    """Protect every partition until none needs more: what one hides, another must follow."""
    queue = dict.fromkeys(system.partitions if waiting is None else waiting)
    while queue:
        partition = next(iter(queue))
        del queue[partition]
        before = set(system.hidden)
        protect_partition(system, partition)
        for key in sorted(system.hidden - before, key=order):
            queue.update(dict.fromkeys(system.partitions_of[key]))
