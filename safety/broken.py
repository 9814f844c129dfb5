"""Protection broken on purpose: an audit that does not notice is worth nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from safety import areas
from toolkit import show
from toolkit.aggregate import Aggregate, Key
from toolkit.show.disclosure import Mask, Register
from toolkit.show.linked import weak_counts
from toolkit.show.mask import THRESHOLDS

Broken = tuple[tuple[show.View, ...], list[Mask]]


def secondary_dropped(report: areas.Report, mask: Mask) -> Iterator[Broken]:
    """Yield the report with one count shown that keeps a small one from being worked out."""
    key = next(iter(sorted(_only_partners(report, mask), key=str)), None)
    if key is not None:
        yield _all(report, replace(mask, hidden_keys=mask.hidden_keys - {key}))


def margin_printed(report: areas.Report, mask: Mask) -> Iterator[Broken]:
    """Yield the report with the total of a row printed that hides two counts which it is of."""
    values = {k: v for a in report.aggregates for k, v, local in a.counts() if local}
    for total in sorted((k for k in values if mask.hidden(k)), key=str):
        parts = [k for k in values if k[1] > total[1] and len(k[1]) == len(total[1]) + 1]
        sexes = [k for k in parts if "sex" in dict(k[1])]
        hidden = [k for k in sexes if mask.hidden(k)]
        if len(hidden) == 2 and 1 < values[total] <= mask.threshold:
            yield _all(report, replace(mask, hidden_keys=mask.hidden_keys - {total}, threshold=0))
            return


def exact_share(report: areas.Report, mask: Mask) -> Iterator[Broken]:
    """Yield the report with shares to two decimals that name no count that they rest on."""
    loose = replace(areas.SHARE, rests_on=(), decimals=2)
    swapped = [_with_measures(a, loose) for a in report.aggregates]
    at = {id(a): b for a, b in zip(report.aggregates, swapped, strict=True)}
    views = [replace_aggregates(v, at) for v in report.views]
    if any(mask.hidden(k) for k, _, local in report.aggregates[0].counts() if local):
        yield tuple(views), [mask] * len(views)


def table_by_table(report: areas.Report, mask: Mask) -> Iterator[Broken]:
    """Yield the report with every table protected by itself, where that hides too little."""
    masks, shown, hidden = [], set(), set()
    for view in report.views:
        register = Register()
        for aggregate in view.aggregates:
            register.add(aggregate)
        masks.append(register.solve())
        keys = {k for a in view.aggregates for k, _, local in a.counts() if local}
        hidden |= masks[-1].hidden_keys & keys
        shown |= keys - masks[-1].hidden_keys
    if _tells(report, hidden - shown):
        yield report.views, masks


WAYS: Mapping[str, Callable[[areas.Report, Mask], Iterator[Broken]]] = {
    "one secondary dropped": secondary_dropped,
    "one margin printed": margin_printed,
    "exact percentages on a suppressed base": exact_share,
    "each table protected by itself": table_by_table,
}


def _all(report: areas.Report, mask: Mask) -> Broken:
    return report.views, [mask] * len(report.views)


def _only_partners(report: areas.Report, mask: Mask) -> Iterator[Key]:
    """Yield counts above the threshold that are the one thing hidden beside a small one."""
    for one in report.aggregates:
        values = {k: v for k, v, local in one.counts() if local}
        for (whole, _), parts in _groups(one, values).items():
            gone = [k for k in parts if mask.hidden(k)]
            large = [k for k in gone if values[k] > mask.threshold]
            if len(gone) == 2 and len(large) == 1 and not mask.hidden(whole):
                yield large[0]


def _tells(report: areas.Report, hidden: set[Key]) -> bool:
    """Return whether the counts hidden everywhere are too few, by the attack of the protection."""
    register = Register()
    for aggregate in report.aggregates:
        register.add(aggregate)
    system = register.system(THRESHOLDS["dfe"])
    system.hidden.clear()
    system.hidden |= hidden & set(system.local) - set(system.fixed)
    return bool(weak_counts(system, set()))


def _groups(one: Aggregate, keys: Iterable[Key]) -> dict[tuple[Key, str], list[Key]]:
    """Return the counts of a table by the total, and the dimension, that they are parts of."""
    groups: dict[tuple[Key, str], list[Key]] = {}
    for universe, filters in keys:
        for pair in filters:
            if pair[0] in one.dimensions:
                whole = (universe, filters - {pair})
                groups.setdefault((whole, pair[0]), []).append((universe, filters))
    return groups


def _with_measures(one: Aggregate, share: areas.Measure) -> Aggregate:
    if one.source != "local":
        return one
    measures = tuple(share if m.column == share.column else m for m in one.measures)
    return replace(one, measures=measures)


def replace_aggregates(view: show.View, at: Mapping[int, Aggregate]) -> show.View:
    """Return a view of other aggregates."""
    return replace(view, aggregates=tuple(at.get(id(a), a) for a in view.aggregates))
