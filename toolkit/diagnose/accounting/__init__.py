"""Accounting practice: a checklist against national guidance, tests of the data, a briefing."""
