"""To import this module is to import all that a notebook or a worker of a batch needs.

The process that workers are forked from does so once for all of them.
"""

from toolkit.publish.batch import work
from toolkit.publish.warm_server import import_all, settle

import_all()
settle()

__all__ = ["work"]
