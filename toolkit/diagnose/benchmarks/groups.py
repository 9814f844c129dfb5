"""Whom one area is set beside: its region and its statistical neighbours, never itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from toolkit.diagnose import comparators


@dataclass(frozen=True)
class Company:
    """The areas that one area is set beside.

    Attributes:
        code: The area itself.
        region_code: Code of its region, as the published files have it; "" where unknown.
        region: Codes of the other authorities of its region.
        neighbours: Codes of its statistical neighbours.
        names: What each code is called.
    """

    code: str
    region_code: str
    region: tuple[str, ...]
    neighbours: tuple[str, ...]
    names: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The area's own name, as published; its code where no name is."""
        return self.names.get(self.code, self.code)


def company(caseload: pd.DataFrame, code: str, neighbours: Sequence[str]) -> Company:
    """Return whom an area is set beside.

    Args:
        caseload: The published `caseload`: it names every area and its region.
        code: Code of the area.
        neighbours: The published list, or the analyst's own. The area itself and a repeated
            code are taken out.
    """
    pairs = comparators.comparators(caseload, code, list(dict.fromkeys(neighbours)))
    by_group = pairs.groupby("group")["code"].agg(tuple).to_dict()
    newest = caseload.sort_values("year").drop_duplicates("code", keep="last").set_index("code")
    return Company(
        code=code,
        region_code=str(newest["region_code"].get(code, "")),
        region=by_group.get(comparators.REGION, ()),
        neighbours=by_group.get(comparators.NEIGHBOURS, ()),
        names={str(k): str(v) for k, v in newest["name"].items()},
    )
