"""Figures in: csv and spreadsheets of one period become a :class:`~evalbook.scoring.dataset.Dataset`, or a list of instructions.

One rule for dirty input (design: data files): what has exactly one reading is accepted and noted, what has several is refused
with the question, and sources that disagree are a finding (问题记录). Every fault of a folder is told at once.
"""
