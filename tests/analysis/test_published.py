"""A published index under published weights: the Technology Achievement Index of 23 countries.

Figures, weights and places: OECD/JRC, *Handbook on Constructing Composite Indicators* (2008), tables A.2 (p. 152), 22 and 23 (p. 100).
Goalposts: M. Saisana, A. Saltelli, S. Tarantola, *Uncertainty and sensitivity analysis techniques as tools for the quality assessment of
composite indicators*, J. R. Statist. Soc. A 168 (2005), 307–323, table 1; of telephones and electricity the decimal logarithm is taken, as
in table A.2, and what is above a goalpost counts as one.
"""

from __future__ import annotations

from typing import Any

import pytest

from evalbook.analysis.robustness import Robustness, Study
from evalbook.scoring.evaluation import Evaluation

#: In the order of table A.2: patents, royalties, internet, exports, telephones (log), electricity (log), schooling, university.
COUNTRIES = {
    "Finland": "187 125.6 200.2 50.7 3.08 4.15 10 27.4",
    "United States": "289 130 179.1 66.2 3.00 4.07 12 13.9",
    "Sweden": "271 156.6 125.8 59.7 3.10 4.14 11.4 15.3",
    "Japan": "994 64.6 49 80.8 3.00 3.86 9.5 10",
    "Korea": "779 9.8 4.8 66.7 2.97 3.65 10.8 23.2",
    "Netherlands": "189 151.2 136 50.9 3.02 3.77 9.4 9.5",
    "United Kingdom": "82 134 57.4 61.9 3.02 3.73 9.4 14.9",
    "Canada": "31 38.6 108 48.7 2.94 4.18 11.6 14.2",
    "Australia": "75 18.2 125.9 16.2 2.94 3.94 10.9 25.3",
    "Singapore": "8 25.5 72.3 74.9 2.95 3.83 7.1 24.2",
    "Germany": "235 36.8 41.2 64.2 2.94 3.75 10.2 14.4",
    "Norway": "103 20.2 193.6 19 3.12 4.39 11.9 11.2",
    "Ireland": "106 110.3 48.6 53.6 2.97 3.68 9.4 12.3",
    "Belgium": "72 73.9 58.9 47.6 2.91 3.86 9.3 13.6",
    "New Zealand": "103 13 146.7 15.4 2.86 3.91 11.7 13.1",
    "Austria": "165 14.8 84.2 50.3 2.99 3.79 8.4 13.6",
    "France": "205 33.6 36.4 58.9 2.97 3.80 7.9 12.6",
    "Israel": "74 43.6 43.2 45 2.96 3.74 9.6 11",
    "Spain": "42 8.6 21 53.4 2.86 3.62 7.3 15.6",
    "Italy": "13 9.8 30.4 51 3.00 3.65 7.2 13",
    "Czech Republic": "28 4.2 25 51.7 2.75 3.68 9.5 8.2",
    "Hungary": "26 6.2 21.6 63.5 2.73 3.46 9.1 7.7",
    "Slovenia": "105 4 20.3 49.5 2.84 3.71 7.1 10.6",
}
INDICATORS = ("patents", "royalties", "internet", "exports", "telephones", "electricity", "schooling", "university")
#: Goalposts; log 901 = 2.9547, log 22 = 1.3424, log 6969 = 3.8432.
GOALPOSTS = (
    ("0", "994"),
    ("0", "272.6"),
    ("0", "232.4"),
    ("0", "80.8"),
    ("0", "2.9547"),
    ("1.3424", "3.8432"),
    ("0.8", "12"),
    ("0.1", "27.4"),
)
#: Table 22, in hundredths, equal weights exactly: factor analysis, budget allocation, analytic hierarchy process.
WEIGHTS = {"ew": "1 1 1 1 1 1 1 1", "fa": "17 15 11 6 8 13 13 17", "bap": "11 11 11 18 10 6 15 18", "ahp": "9 10 7 21 5 6 18 25"}
#: Table 23, in its order.
ORDER = [*list(COUNTRIES)[:7], "Singapore", "Canada", "Australia", *list(COUNTRIES)[10:]]
PLACES = {
    "ew": [*range(1, 24)],
    "fa": [1, 2, 3, 4, 5, 6, 8, 11, 10, 7, 12, 9, 14, 15, 13, 16, 17, 18, 19, 20, 21, 23, 22],
    "bap": [1, 2, 3, 5, 4, 8, 7, 6, 10, 11, 9, 13, 12, 14, 17, 15, 16, 18, 19, 21, 22, 20, 23],
    "ahp": [1, 3, 4, 5, 2, 11, 7, 6, 10, 9, 8, 16, 12, 13, 18, 15, 14, 17, 19, 21, 22, 20, 23],
}


@pytest.fixture(scope="module")
def under(situation: Any) -> Any:
    """The index under a method of weighting: a reading of what the document leaves open. Marks are the weights."""
    rows = [text.split() for text in COUNTRIES.values()]

    def tree(method: str) -> dict[str, Any]:
        leaves = {
            name: {
                "marks": weight,
                "round": 6,
                "measure": {"position": f"${name}", "onto": ["0", weight], "lower": low, "upper": high},
                "rule": {"line": {"cap": "marks"}},
            }
            for name, weight, (low, high) in zip(INDICATORS, WEIGHTS[method].split(), GOALPOSTS, strict=True)
        }
        return {"index": {"marks": str(sum(map(int, WEIGHTS[method].split()))), "children": list(INDICATORS)}, **leaves}

    def patch(method: str) -> dict[str, Any]:
        found: dict[str, Any] = {"tree.index.marks": tree(method)["index"]["marks"]}
        for name in INDICATORS:
            found |= {f"tree.{name}.marks": tree(method)[name]["marks"], f"tree.{name}.measure.onto": tree(method)[name]["measure"]["onto"]}
        return found

    others = {method: {"label": method, "patch": patch(method)} for method in ("fa", "bap", "ahp")}
    weighting = {"clause": "6.9", "silent": "权重", "default": {"ew": "ew"}, "alternatives": others}
    figures = {name: [row[number] for row in rows] for number, name in enumerate(INDICATORS)}

    def evaluated(method: str) -> Evaluation:
        raw = {
            "units": list(COUNTRIES),
            "edition": {"tree": tree("ew"), "rankings": {"place": {"of": "index"}}, "assumptions": {"weighting": weighting}},
            "figures": figures,
            "settings": {"assumptions": {"weighting": method}},
        }
        found: Evaluation = situation(raw).evaluate()
        return found

    return evaluated


def places(evaluation: Evaluation) -> list[int | None]:
    """Places in the order of table 23."""
    return [evaluation.place("place", evaluation.row(name)) for name in ORDER]


@pytest.mark.parametrize("method", ["ew", "bap"])
def test_published_places(under: Any, method: str) -> None:
    """All 23 places, under equal weights and under those of the budget allocation."""
    assert places(under(method)) == PLACES[method]


@pytest.mark.parametrize("method", ["fa", "ahp"])
def test_published_places_within_the_rounding_of_the_weights(under: Any, method: str) -> None:
    """These weights are printed to two decimals, 0.05 ± 0.005: the places published lie in the interval of draws within 10%, and
    without draws at most four countries stand one or two places from theirs."""
    evaluation = under(method)
    apart = [abs((mine or 0) - theirs) for mine, theirs in zip(places(evaluation), PLACES[method], strict=True)]
    assert sum(one > 0 for one in apart) <= 4
    assert max(apart) <= 2

    found = {one.unit: one for one in Robustness(evaluation, Study(weights=0.1, draws=4000)).intervals["place"]}
    outside = [name for name, place in zip(ORDER, PLACES[method], strict=True) if not found[name].best <= place <= found[name].worst]
    assert outside == []
