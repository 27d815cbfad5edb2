"""Setting up the environment of the workbook with the standard library alone; `bootstrap.py` is its entrance.

console     messages in Chinese, in UTF-8, on any console
lockfile    requirements.lock: sections, digest, what a target platform needs
virtualenv  .venv: is it whole, make it, fill it
wheelhouse  ./wheelhouse: every file of the lock, for machines without network
commands    what `python bootstrap.py ...` understands
"""
