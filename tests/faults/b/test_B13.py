"""B13: killed between any two operations of publishing, the rename and the line in the ledger above all."""

from __future__ import annotations

import signal
from typing import Any

import pytest


def test_killed_at_every_operation_of_publishing(publishing: Any, operations: Any, kill_here: Any, fork: Any, join: Any) -> None:
    """SIGKILL at the 1st, 2nd, 3rd … operation: recovery finishes or undoes the run, once and for all, and the next one lands."""
    landed = []
    for number in range(1, 1000):

        def publish(number: int = number) -> None:
            with operations(publishing.outputs, number, kill_here):
                publishing.publish("甲甲")

        before = len(publishing.visible())
        code = join(fork(publish))
        landed.append(len(publishing.sound()) - before)
        if code == 0:
            break
        assert code == -signal.SIGKILL
    assert number > 30, "there are some forty operations"
    assert landed == sorted(landed), "from the rename on, every run is there"
    assert set(landed) == {0, 1}


def test_killed_while_recovering(publishing: Any, operations: Any, kill_here: Any, fork: Any, join: Any) -> None:
    """SIGKILL at each operation of the recovery itself: the next recovery completes it."""
    from evalbook.run.publication import recover

    for number in range(1, 1000):

        def leave_a_run() -> None:
            with operations(publishing.outputs, 32, kill_here):
                publishing.publish("甲甲")

        def try_to_recover(number: int = number) -> None:
            with operations(publishing.outputs, number, kill_here):
                recover(publishing.outputs)

        assert join(fork(leave_a_run)) == -signal.SIGKILL
        code = join(fork(try_to_recover))
        publishing.sound()
        if code == 0:
            break
    assert number > 3


@pytest.mark.campaign
def test_killed_at_every_operation_of_a_whole_run(workshop: Any, operations: Any, kill_here: Any, fork: Any, join: Any) -> None:
    """The same for a run from its start to its index, in steps of three operations; kernels are cold, so that each dies with its own."""
    for number in range(1, 1000, 3):

        def run(number: int = number) -> None:
            import asyncio

            # A loop and a context of the parent's would be shared with it.
            asyncio.set_event_loop(asyncio.new_event_loop())
            with operations(workshop.outputs, number, kill_here):
                assert workshop.perform(address="").outcome == "completed"

        code = join(fork(run))
        workshop.sound()
        if code == 0:
            break
        assert code == -signal.SIGKILL
    assert number > 60
