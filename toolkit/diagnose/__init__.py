"""The questions of the diagnostic, one module each.

Every function takes DataFrames and returns a new DataFrame or an `Aggregate`. Nothing here
opens a file, draws a chart or knows which local area it is looking at.
"""
