"""Opportunities: what could be better for children, what each is worth, and in which order."""
