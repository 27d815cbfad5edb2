"""What notebooks show: tables, figures, prose made of results. No scoring happens here.

Every function takes the opened run (:class:`evalbook.workbook.Prepared`) and returns one displayable thing.
"""

from .benchmark import benchmarks
from .charts import gap_chart, heat_map, ranked_bars
from .comparison import (
    comparison_awards,
    comparison_differences,
    comparison_moves,
    comparison_notes,
    comparison_points,
    comparison_summary,
)
from .coverage import coverage
from .firmness import (
    expert_intervals,
    firmness_summary,
    left_out,
    margin_distances,
    margin_turns,
    rank_intervals,
    reading_effects,
    sensitivity_indices,
)
from .history import combined_periods
from .matrix import score_matrix
from .outcomes import awards, payments
from .readings import readings
from .regions import group_rankings, participation, result_rankings
from .roster import calibre
from .sections import (
    assumptions,
    basis,
    figures,
    findings,
    provenance,
    published_ranks,
    scores,
    seal,
    summary,
    totals,
    unit_sheets,
)
from .series import progress, series
from .study import study_provenance, study_seal
from .targets import funds, targets
from .trend import trend_chart, trend_places, trend_totals, trend_warnings
from .verification import adjustments, verification

__all__ = [
    "adjustments",
    "assumptions",
    "awards",
    "basis",
    "benchmarks",
    "calibre",
    "combined_periods",
    "comparison_awards",
    "comparison_differences",
    "comparison_moves",
    "comparison_notes",
    "comparison_points",
    "comparison_summary",
    "coverage",
    "expert_intervals",
    "figures",
    "findings",
    "firmness_summary",
    "funds",
    "gap_chart",
    "group_rankings",
    "heat_map",
    "left_out",
    "margin_distances",
    "margin_turns",
    "participation",
    "payments",
    "progress",
    "provenance",
    "published_ranks",
    "rank_intervals",
    "ranked_bars",
    "reading_effects",
    "readings",
    "result_rankings",
    "score_matrix",
    "scores",
    "seal",
    "sensitivity_indices",
    "series",
    "study_provenance",
    "study_seal",
    "summary",
    "targets",
    "totals",
    "trend_chart",
    "trend_places",
    "trend_totals",
    "trend_warnings",
    "unit_sheets",
    "verification",
]
