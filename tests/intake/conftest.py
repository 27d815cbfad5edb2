"""A small period of a made-up scheme: three units, a few figures and items, all of it in order; tests break one thing at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import xlsxwriter

from evalbook.errors import Fault, Refused
from evalbook.intake.period_data import read_period
from evalbook.periods import Period
from evalbook.scheme.tables import Quantity, TableSpec
from evalbook.scoring.dataset import Dataset

TABLES = {
    "units": TableSpec(
        label="考核对象",
        attributes={"size": Quantity(label="规模", type="text", values=["一类", "二类"], required=True)},
        columns={
            "trade": Quantity(label="进出口总额", uom="万元", min="0"),
            "growth": Quantity(label="增长率", uom="%", max="500"),
            "rise": Quantity(label="占比提高", uom="个百分点"),
            "reports": Quantity(label="信息采用量", type="integer", uom="条"),
            "sound": Quantity(label="机制健全", type="yes_no"),
            "opened": Quantity(label="启动日期", type="date"),
            "level": Quantity(label="级别", type="text", values=["国家级", "省级"]),
        },
    ),
    "projects": TableSpec(
        label="重大项目",
        belongs_to="units",
        key=["list"],
        columns={
            "list": Quantity(label="所在名单", type="text", values=["国家库", "省库"], required=True),
            "amount": Quantity(label="投资额", uom="万元"),
            "on_time": Quantity(label="按期", type="yes_no", required=True),
        },
    ),
    "ratings": TableSpec(
        label="专家评分",
        belongs_to="units",
        across_units="fine",
        columns={"score": Quantity(label="评分", uom="分", min="0", max="10", required=True)},
    ),
}
NEEDED = frozenset({("trade", "2023"), ("trade", "2022"), ("growth", "2023")})
SHEETS = {
    "units": """\
unit_code,unit_name,participation,participation_basis,aliases,size
330102,上城区,ranked,,上城、上城城区,一类
330105,拱墅区,参评,,,二类
KFQ001,示例开发区,files_only,示例〔2021〕1号,开发区,二类
""",
    "values": """\
unit_code,unit_name,indicator,period,stage,value,uom,source,evidence_id,origin,by,date,note
330102,上城区,trade,2022,verified,100,万元,统计局,E1,official,省商务厅,2024-03-10,
330102,上城区,trade,2023,reported,120.5,万元,统计局,E1,official,上城区,2024-02-10,
330102,上城区,trade,2023,verified,118.5,万元,统计局,E1,official,省商务厅,2024-03-10,核减2万元
330105,拱墅区,trade,2022,verified,200,万元,统计局,,official,省商务厅,2024-03-10,
330105,拱墅区,trade,2023,reported,210,万元,统计局,,official,拱墅区,2024-02-11,
KFQ001,示例开发区,trade,2022,verified,50,万元,统计局,,official,省商务厅,2024-03-10,
KFQ001,示例开发区,trade,2023,reported,60,万元,统计局,,official,开发区,2024-02-12,
330102,上城区,growth,2023,reported,18.5,%,统计局,,official,,,
330105,拱墅区,growth,2023,reported,5,%,统计局,,official,,,
KFQ001,示例开发区,growth,2023,reported,20,%,统计局,,official,,,
330102,上城区,rise,2023,reported,1.2,个百分点,统计局,,official,,,
330102,上城区,reports,2023,reported,12,条,统计局,,official,,,
330102,上城区,sound,2023,reported,是,,统计局,,official,,,
330102,上城区,opened,2023,reported,2023-06-01,,统计局,,official,,,
330102,上城区,level,2023,reported,省级,,统计局,,official,,,
""",
    "items": """\
table,item_id,unit_code,item_name,list,amount,on_time,score,evidence_id,origin,source,by,date,note
projects,P1,330102,项目甲,国家库,1000,是,,E1,official,省发展改革委,,,
projects,P1,330102,项目甲,省库,1000,是,,E1,official,省发展改革委,,,
projects,P2,330105,项目乙,省库,,否,,,official,省发展改革委,,,
ratings,Z1,330102,专家一,,,,8.5,,official,,,,
ratings,Z1,330105,专家一,,,,9,,official,,,,
""",
    "evidence": """\
evidence_id,title,file,page,sha256,supports,note
E1,统计年鉴,,,,,
""",
}


@dataclass
class Folder:
    """A period's folder being written: sheets as rows of texts, row 1 is the header."""

    path: Path
    sheets: dict[str, list[list[str]]] = field(
        default_factory=lambda: {name: list(csv.reader(io.StringIO(text))) for name, text in SHEETS.items()}
    )
    tables: dict[str, TableSpec] = field(default_factory=lambda: dict(TABLES))
    needed: frozenset[tuple[str, str]] = NEEDED
    period: str = "2023"

    def set(self, sheet: str, row: int, column: str, text: str) -> Folder:
        """Write one cell."""
        rows = self.sheets[sheet]
        rows[row - 1][rows[0].index(column)] = text
        return self

    def add(self, sheet: str, **cells: str) -> Folder:
        """Append a row; columns not named are blank."""
        self.sheets[sheet].append([cells.get(name, "") for name in self.sheets[sheet][0]])
        return self

    def figure(self, text: str, uom: str = "万元", indicator: str = "trade") -> Folder:
        """Append one figure of this period of 示例开发区 (that of trade is replaced)."""
        rows = self.sheets["values"]
        rows[:] = [row for row in rows if (row[0], row[2], row[3]) != ("KFQ001", indicator, "2023")]
        return self.add("values", unit_code="KFQ001", indicator=indicator, period="2023", stage="reported", value=text, uom=uom)

    def write(self) -> Path:
        """Write the csv files."""
        self.path.mkdir(parents=True, exist_ok=True)
        for name, rows in self.sheets.items():
            with (self.path / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
                csv.writer(stream, lineterminator="\r\n").writerows(rows)
        return self.path

    def write_workbook(self, change: Callable[[xlsxwriter.Workbook], None] | None = None, names: dict[str, str] | None = None) -> Path:
        """Write one xlsx with the same sheets, every cell a text; ``change`` may add to it before it is closed."""
        self.path.mkdir(parents=True, exist_ok=True)
        book = xlsxwriter.Workbook(self.path / "填报.xlsx")
        for name, rows in self.sheets.items():
            page = book.add_worksheet((names or {}).get(name, name))
            for row, cells in enumerate(rows):
                for column, text in enumerate(cells):
                    page.write_string(row, column, text)
        if change is not None:
            change(book)
        book.close()
        return self.path

    def read(self) -> tuple[Dataset, list[Fault]]:
        """Read what is written."""
        return read_period(self.path, tables=self.tables, period=Period.parse(self.period), needed=self.needed)

    def faults(self) -> list[Fault]:
        """Everything the folder is refused for; empty when it is accepted."""
        try:
            self.read()
        except Refused as refused:
            return refused.faults
        return []

    def notes(self, code: str) -> list[Fault]:
        """Notes and findings of one code."""
        return [note for note in self.read()[1] if note.code == code]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A folder that is in order."""
    return Folder(tmp_path / "data" / "demo" / "2023")
