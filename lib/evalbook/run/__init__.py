"""Runs: a notebook executed in a kernel of its own, judged by our gate, published in one step and entered in the ledger.

Papermill executes; whether what came out is evidence is decided here, from the notebook itself and from the supervisor's own
evaluation of the same inputs.
"""
