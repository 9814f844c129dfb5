"""An independent audit of published folders: what could an outsider work out?

It reads finished files alone and shares no code with what made them.
"""
