"""The only rooms that draw or write for the eye.

They take Aggregates, and every figure passes `show.disclosure` on its way. A notebook calls
`table`, `chart`, `sentence`, `finding`, `tree`, `section`, `form` and `explore`; a release
calls `draw`.
"""

from toolkit.show import disclosure, views, words
from toolkit.show.calls import chart, finding, section, sentence, table, tree
from toolkit.show.chart_views import chart_view
from toolkit.show.drawing import draw, ledger_entry, style
from toolkit.show.explorer import explore
from toolkit.show.forms import form
from toolkit.show.views import (
    MIME,
    View,
    finding_view,
    left_out_view,
    sentence_view,
    table_view,
    tree_view,
)

__all__ = [
    "MIME",
    "View",
    "chart",
    "chart_view",
    "disclosure",
    "draw",
    "explore",
    "finding",
    "finding_view",
    "form",
    "ledger_entry",
    "left_out_view",
    "section",
    "sentence",
    "sentence_view",
    "style",
    "table",
    "table_view",
    "tree",
    "tree_view",
    "views",
    "words",
]
