"""Benchmarks: an area beside England, its region and its statistical neighbours.

`catalogue` says what is compared; `plans`, `flows`, `given` and `money` make the figures of
every area; `measures` puts them together; `position`, `outliers` and `verdict` judge one area
among the others; `tables`, `pictures` and `told` say it; `overtake` carries a pace on.
"""
