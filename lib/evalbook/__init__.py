"""Evaluation workbook: official evaluation schemes (考核办法) as data, exact scoring, executed reports as evidence.

>>> from evalbook.exact import exact
>>> exact("31.4") - exact("30.1") == exact("8.6") - exact("7.3")
True
"""

__version__ = "0.1.0"
