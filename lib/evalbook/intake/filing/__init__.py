"""Figures from dozens of units: fill-in workbooks go out (``form``), come back in whatever state, and are collected (``collect``).

Filers and fields → form → returned file → matching of units → collection. What is dirty is settled at this door: the period's own
files then hold canonical codes, names of indicators and the texts as filed, read by the one grammar of intake.
"""
