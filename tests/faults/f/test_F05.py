"""F05: linear algebra gives other bits with another kind of processor or number of threads."""

from __future__ import annotations

from typing import Any


def test_threads_and_processor_do_not_decide(workshop: Any) -> None:
    """A supervisor with another BLAS and other numbers of threads publishes the same bytes."""
    code, text = workshop.call(
        environment={"OPENBLAS_CORETYPE": "Prescott", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "3", "MKL_NUM_THREADS": "2"}
    )
    assert code == 0, text
    assert workshop.changed_since_earlier() == []
    workshop.sound()


def test_kernels_count_with_one_thread(cells: Any, printed: Any) -> None:
    """Whatever the session has set, a kernel's numbers of threads are fixed."""
    source = "import os\nprint(sorted({os.environ[n] for n in os.environ if n.endswith('_NUM_THREADS')}))"
    assert printed(cells(source)) == ["['1']"]
