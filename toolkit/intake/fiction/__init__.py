"""The rooms in which a fictional area is made, one a subject; `fictional` runs them."""
