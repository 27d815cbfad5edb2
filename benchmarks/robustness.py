"""10,000 robustness draws against the same study with pymcdm, one call per draw, on a scheme that both can say.

The scheme: a weighted sum of min–max over the field, n units × m indicators, weights drawn ± 20%. Prints medians of five and their ratio;
the peer is timed on a tenth of the draws and scaled, which is told.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from pymcdm.methods import WSM  # type: ignore[import-untyped]
from pymcdm.normalizations import minmax_normalization  # type: ignore[import-untyped]

from evalbook.analysis.robustness import Robustness, Study
from evalbook.exact import exact
from evalbook.kinds.column import Column, objects
from evalbook.periods import Period
from evalbook.scheme.scheme import build_scheme
from evalbook.scheme.source import parse_yaml
from evalbook.scoring.dataset import Dataset, Table
from evalbook.scoring.evaluation import Evaluation, evaluate
from evalbook.workbook import Workbook

ROOT = Path(__file__).resolve().parents[1]
DRAWS, TIMES = 10_000, 5


def weighted_sum(units: int, indicators: int) -> tuple[Evaluation, np.ndarray]:
    """An evaluation, and its figures as a matrix."""
    matrix = np.random.default_rng(1).integers(1, 1000, (units, indicators))
    columns = "".join(f"      x{k}: {{label: 指标{k}}}\n" for k in range(indicators))
    leaves = "".join(
        f"  n{k}: {{label: 指标{k}, marks: 10, clause: 一, measure: {{position: $x{k}}}, rule: {{line: {{cap: 1}}, yields: share}}}}\n"
        for k in range(indicators)
    )
    children = ", ".join(f"n{k}" for k in range(indicators))
    edition = parse_yaml(
        f"schema: 1\nedition: {{title: 对照, issued: '2020-01-01', governs: {{from: '2020'}}}}\n"
        f"tables:\n  units:\n    label: 单位\n    columns:\n{columns}"
        f"tree:\n  total: {{label: 总分, marks: {10 * indicators}, clause: 一, children: [{children}]}}\n{leaves}"
        "rankings: {place: {label: 名次, of: total, clause: 一}}\n",
        "params/bench/2020.yaml",
    )
    period = Period.parse("2023")
    scheme = build_scheme("bench", period, edition, parse_yaml("schema: 1\nperiod: '2023'\n", "params/bench/periods/2023.yaml"))
    states = np.zeros(units, dtype=np.uint8)
    filled = {(f"x{k}", "2023"): Column(objects([exact(int(v)) for v in matrix[:, k]]), states) for k in range(indicators)}
    names = tuple(f"单位{row}" for row in range(units))
    table = Table("units", tuple(str(row) for row in range(units)), filled, labels=names)
    return evaluate(scheme, Dataset("2023", {"units": table})), matrix.astype(float)


def seconds(work: Callable[[], object]) -> float:
    """Median of five."""
    found = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return statistics.median(found)


def ours(evaluation: Evaluation, **options: float) -> Callable[[], object]:
    """Draws, intervals and shares."""

    def work() -> None:
        found = Robustness(evaluation, Study(draws=DRAWS, **options))  # type: ignore[arg-type]
        assert found.intervals
        assert found.shares is not None

    return work


def theirs(matrix: np.ndarray, draws: int) -> Callable[[], object]:
    """The peer, a call per draw, and the same percentiles of places."""
    count = matrix.shape[1]
    method = WSM(minmax_normalization)
    types = np.ones(count)

    def work() -> None:
        generator = np.random.default_rng(1)
        places = np.empty((draws, len(matrix)))
        for draw in range(draws):
            weights = 1 + 0.2 * generator.uniform(-1, 1, count)
            places[draw] = method.rank(method(matrix, weights / weights.sum(), types))
        np.percentile(places, (5, 50, 95), axis=0)

    return work


def main() -> None:
    """Print the table."""
    for units, indicators in ((11, 17), (90, 13)):
        evaluation, matrix = weighted_sum(units, indicators)
        own, peer = seconds(ours(evaluation)), seconds(theirs(matrix, DRAWS // 10)) * 10
        print(f"weighted sum {units} × {indicators}: {own:.2f} s, pymcdm {peer:.2f} s (a tenth of the draws, × 10), ratio {peer / own:.1f}")
    book = Workbook(ROOT)
    for scheme, period in (("zhejiang_city", "2023"), ("zhejiang_county", "2023")):
        evaluation = book.prepare(scheme, period).evaluation
        print(f"{scheme} {period}, weights and figures: {seconds(ours(evaluation, figures=0.05)):.2f} s")


if __name__ == "__main__":
    main()
