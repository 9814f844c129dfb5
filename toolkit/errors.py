"""What can go wrong, in words that an analyst can act on.

Every error here prints as a message, never as a traceback: on the command line through
`cli.main`, in JupyterLab through `_render_traceback_`. One exit code per kind.
"""

from __future__ import annotations


class ToolkitError(Exception):
    """Something that the person at the keyboard can mend: what, where and how."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        """Make the error: what is wrong, where it is, and what to do."""
        self.what, self.where, self.remedy = what, where, remedy
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """Where it is, what is wrong and what to do, in that order, on one line."""
        start = f"{self.where}: {self.what}" if self.where else self.what
        return f"{start} {self.remedy}".strip()

    @property
    def sentence(self) -> str:
        """The message as a sentence of its own; a name that it begins with stays as it is."""
        text = self.message
        return text if self.where else text[:1].upper() + text[1:]

    def _render_traceback_(self) -> list[str]:
        # IPython prints this instead of a traceback, which would show local values.
        return [f"{type(self).__name__}: {self.message}"]


class InputError(ToolkitError):
    """A file that was supplied cannot be used as it is."""

    exit_code = 3


class SettingsError(ToolkitError):
    """A setting in area.toml, or a parameter of a run, is unknown or of the wrong kind."""

    exit_code = 4


class NotebookError(ToolkitError):
    """A notebook stopped before its end, so nothing of it is published."""

    exit_code = 5


class DisclosureError(ToolkitError):
    """Something would reach a reader without passing disclosure control."""

    exit_code = 6


class LeakError(ToolkitError):
    """A finished file holds something that must not leave: a UPN, a postcode, a user's path."""

    exit_code = 7


class OutputError(ToolkitError):
    """The place to write to cannot be written to."""

    exit_code = 8
