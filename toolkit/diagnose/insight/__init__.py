"""Over many areas: what their findings say together. Frames of findings in, Aggregates out."""
