"""``evalbook doctor``: is this machine, and is this workbook, fit to produce evidence? Reads only, but for one file it writes and removes.

:mod:`.machine` looks at interpreter, packages, fonts, disk, clock and browser, :mod:`.records` at ledger, sign-offs, archive and what
killed runs left, :mod:`.ladder` at the steps of reproducible analytical pipelines.
"""
