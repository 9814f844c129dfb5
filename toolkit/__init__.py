"""The SEND diagnostic Toolkit: what the notebooks of the playbook call."""

__version__ = "0.1.0"
