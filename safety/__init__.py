"""What keeps a release safe, line by line, with the figure that was measured.

Each section is a module that yields rows: what must hold, what was measured, whether it holds.
`make safety` prints them as one table and fails where a line fails.
"""
