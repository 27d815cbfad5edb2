# Thin names for bootstrap.py, which does the same on Windows: python bootstrap.py COMMAND.
PYTHON ?= python3

.PHONY: run test wheelhouse lock lint campaign clean

run:
	$(PYTHON) bootstrap.py run

test:
	$(PYTHON) bootstrap.py test

wheelhouse:
	$(PYTHON) bootstrap.py wheelhouse

lock:
	$(PYTHON) bootstrap.py lock

lint:
	$(PYTHON) bootstrap.py lint

campaign:
	$(PYTHON) bootstrap.py test -m campaign

clean:
	$(PYTHON) bootstrap.py clean
