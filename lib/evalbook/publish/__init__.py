"""Executed notebook → evidence that opens anywhere: offline HTML, xlsx, csv, one page per unit, index of runs.

Nothing here computes a figure. What leaves this room depends on its arguments only, so the same results give the same bytes.
"""
