"""Scoring alone: 3,000 units × 60 indicators, exact; ratio against the same scores with fractions.Fraction row by row.

``python benchmarks/scoring.py`` prints medians of five runs, the ratio, and the peak memory of the library call.
"""

from __future__ import annotations

import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from fractions import Fraction

from evalbook.exact import exact
from evalbook.kinds.column import Column
from evalbook.periods import Period
from evalbook.scheme.scheme import Scheme, build_scheme
from evalbook.scheme.source import parse_yaml
from evalbook.scoring.dataset import Dataset, Table
from evalbook.scoring.evaluation import evaluate

UNITS, INDICATORS, RUNS = 3_000, 60, 5


def scheme() -> Scheme:
    """Sixty increments in three equal shares of the field: the county annex's commonest rule."""
    names = [f"q{number:02d}" for number in range(INDICATORS)]
    text = [
        "schema: 1",
        'edition: {title: 测速, issued: "2020", governs: {from: "2000"}}',
        "tables: {units: {label: 对象, columns: {" + ", ".join(f"{n}: {{label: {n}}}" for n in names) + "}}}",
        "tree:",
        f"  total: {{label: 总分, clause: 测, marks: {10 * INDICATORS}, children: [{', '.join('n' + n for n in names)}]}}",
    ]
    rule = "rule: {thirds: [10, 6, 2]}"
    text += [f"  n{n}: {{label: {n}, clause: 测, marks: 10, measure: {{gap: ${n}, against: previous}}, {rule}}}" for n in names]
    text += ["rankings: {place: {of: total, clause: 测}}"]
    period = parse_yaml("schema: 1\nperiod: 2023\n", "period.yaml")
    return build_scheme("bench", Period(2023), parse_yaml("\n".join(text), "edition.yaml"), period)


def figures() -> dict[tuple[str, str], list[str]]:
    """Two years of figures with two decimals, as texts; fixed seed."""
    source = random.Random(20231124)  # noqa: S311 - figures for timing, nothing secret
    names = [f"q{number:02d}" for number in range(INDICATORS)]
    return {(n, year): [f"{source.randint(1, 10**8) / 100:.2f}" for _ in range(UNITS)] for n in names for year in ("2022", "2023")}


def by_fraction(texts: dict[tuple[str, str], list[str]]) -> list[Fraction]:
    """The peer: plain Python, Fraction arithmetic, sorting per indicator."""
    totals = [Fraction(0)] * UNITS
    for number in range(INDICATORS):
        now, before = texts[f"q{number:02d}", "2023"], texts[f"q{number:02d}", "2022"]
        gaps = [Fraction(a) - Fraction(b) for a, b in zip(now, before, strict=True)]
        first = {value: place for place, value in reversed(list(enumerate(sorted(gaps, reverse=True), 1)))}
        for row, gap in enumerate(gaps):
            place = first[gap]
            totals[row] += 10 if place <= UNITS // 3 else 6 if place <= 2 * UNITS // 3 else 2
    return totals


def median(work: Callable[[], object]) -> float:
    """Median wall time of five runs after one that is not counted."""
    work()
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def main() -> int:
    """Measure both, check that they agree, print."""
    texts, definition = figures(), scheme()

    def ours() -> object:
        columns = {key: Column.of([exact(text) for text in column]) for key, column in texts.items()}
        return evaluate(definition, Dataset("2023", {"units": Table("units", tuple(f"U{n:04d}" for n in range(UNITS)), columns)}))

    columns = {key: Column.of([exact(text) for text in column]) for key, column in texts.items()}
    dataset = Dataset("2023", {"units": Table("units", tuple(f"U{n:04d}" for n in range(UNITS)), columns)})
    alone = median(lambda: evaluate(definition, dataset))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    whole, peer = median(ours), median(lambda: by_fraction(texts))
    same = [Fraction(int(p.numerator), int(p.denominator)) for p in evaluate(definition, dataset).node("total").points.values]
    if same != by_fraction(texts):
        print("the two disagree", file=sys.stderr)
        return 1
    print(f"{UNITS} units x {INDICATORS} indicators, medians of {RUNS}")
    print(f"evaluate alone                 {alone:6.2f} s, peak memory {memory:.0f} MiB")
    print(f"texts to points, this library  {whole:6.2f} s")
    print(f"texts to points, Fraction      {peer:6.2f} s, ratio {peer / whole:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
