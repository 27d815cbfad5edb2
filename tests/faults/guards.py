"""The ten guards that matter most, each as the line to change so that it is gone; test_guards.py shows that its row's test goes red."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Guard:
    """``old`` stands once in ``file`` (below lib/evalbook); with ``new`` in its place the guard is gone, and ``test`` must fail."""

    name: str
    what: str
    file: str
    old: str
    new: str
    test: str

    @property
    def row(self) -> str:
        """The row whose test it is."""
        return self.test.partition("test_")[2][:3]


GUARDS = (
    Guard(
        "gate",
        "The executed notebook is judged, whatever papermill says of it",
        "run/contents.py",
        "faults = judge(self.execution.notebook, plan.template, injected_source(plan.parameters), expected, file=plan.template_name)",
        "faults = list(map(str, (judge, injected_source, expected)))[:0]",
        "b/test_B16.py::test_warning_is_no_evidence[warning]",
    ),
    Guard(
        "orphans",
        "A kernel whose runner has gone is killed by its guard",
        "run/guard.py",
        "            _signal_group(child, signal.SIGKILL)\n            open_end = False",
        "            open_end = False",
        "b/test_B06.py::test_kernel_does_not_outlive_its_runner[warm]",
    ),
    Guard(
        "recovery",
        "What a killed run left is finished or undone by the next start",
        "run/publication.py",
        '_settle(outputs, _intent(path, lock.read()), "interrupted", recovered=True)',
        "lock.read()",
        "b/test_B13.py::test_killed_at_every_operation_of_publishing",
    ),
    Guard(
        "replacing",
        "Publishing never replaces a folder that is there",
        "durable.py",
        '    if sys.platform.startswith("linux"):\n        failed = _renameat2',
        '    remove_tree(target)\n    if sys.platform.startswith("linux"):\n        failed = _renameat2',
        "c/test_C03.py::test_eight_writers",
    ),
    Guard(
        "inputs-again",
        "Inputs are hashed again when the run is about to be published",
        "run/plan.py",
        "for name, digest in now.items() if digest != self.inputs[name]]",
        "for name, digest in now.items() if digest is None]",
        "c/test_C07.py",
    ),
    Guard(
        "known-outputs",
        "Only known types of output are evidence",
        "publish/audit.py",
        "            if mime not in KNOWN_MIME:",
        "            if mime is None:",
        "e/test_E03.py",
    ),
    Guard(
        "formulas",
        "A text that looks like a formula is defused in the tables",
        "publish/tables.py",
        "    if isinstance(value, str):\n        return defuse(value)",
        "    if isinstance(value, str):\n        return value",
        "e/test_E06.py",
    ),
    Guard(
        "parameter-names",
        "Only declared, plain names become parameters",
        "run/execute.py",
        "if faults := check_parameters(template, parameters, file=file):",
        "if faults := check_parameters(template, {}, file=file):",
        "e/test_E09.py",
    ),
    Guard(
        "environment",
        "A kernel's environment is built from nothing",
        "run/environment.py",
        '        found = {\n            "PATH":',
        '        found = {\n            **os.environ,\n            "PATH":',
        "h/test_H07.py",
    ),
    Guard(
        "network",
        "A kernel has no network",
        "run/guard.py",
        '    if not sys.platform.startswith("linux"):\n        return False\n    import ctypes\n\n    unshare',
        "    if sys.platform:\n        return False\n    import ctypes\n\n    unshare",
        "h/test_H08.py",
    ),
)
