"""JSON Schema of editions, period files and what-if files, so that editors complete and check the YAML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from ..exact import Exact, plain
from ..kinds.aggregates import AGGREGATES
from .models import EditionFile, PeriodFile
from .what_if_file import WhatIfFile

FILES: dict[str, Any] = {
    "scheme.schema.json": EditionFile,
    "period.schema.json": PeriodFile,
    "what_if.schema.json": WhatIfFile,
}
_BY_TABLE = {
    "type": "object",
    "description": "by-table: one value per key of an attribute ($column), of the year or of the kind of period",
    "required": ["by"],
    "properties": {"by": {"type": "string", "pattern": r"^(\$.+|year|period_kind)$"}},
    "minProperties": 2,
}


class _Exactly(GenerateJsonSchema):
    """Writes exact defaults as the text they would have in the YAML."""

    def encode_default(self, dft: Any) -> Any:
        if isinstance(dft, list):
            return [self.encode_default(item) for item in dft]
        return plain(dft) if isinstance(dft, Exact) else super().encode_default(dft)


#: Short forms that loading accepts in place of a long one: (definition, key) → the forms.
_SHORT: dict[tuple[str, str], list[dict[str, Any]]] = {
    ("Condition", "listed_in"): [{"type": "string"}],
    ("Branch", "aggregate"): [{"enum": [name for name, kind in AGGREGATES.items() if not kind.model_fields[name].is_required()]}],
    ("Listing", "list"): [{"$ref": "#/$defs/Condition"}, {"$ref": "#/$defs/Cause"}],
}


def json_schema(model: Any) -> dict[str, Any]:
    """The schema of one kind of file; in editions every value may also be a by-table, and short forms may stand for long ones."""
    schema = model.model_json_schema(by_alias=True, ref_template="#/$defs/{model}", schema_generator=_Exactly)
    definitions = schema.setdefault("$defs", {})
    if model is EditionFile:
        for definition in (*definitions.values(), schema):
            definition["properties"] = {name: _or_table(value) for name, value in definition.get("properties", {}).items()}
        definitions["ByTable"] = _BY_TABLE
        for (name, key), forms in _SHORT.items():
            definitions[name]["properties"][key]["anyOf"] += forms
    _close(schema, tables=model is EditionFile)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _or_table(value: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {key: value[key] for key in ("title", "default", "description") if key in value}
    inner = {key: item for key, item in value.items() if key not in kept}
    result: dict[str, Any] = dict(kept)
    result["anyOf"] = [inner, {"$ref": "#/$defs/ByTable"}]
    return result


def _close(schema: Any, *, tables: bool) -> None:
    """Names that the pattern does not allow are refused, not ignored; whole blocks and items of lists may be by-tables too."""
    if isinstance(schema, dict):
        if "patternProperties" in schema:
            schema["additionalProperties"] = False
            if tables:
                schema["patternProperties"] = {pattern: _or_table(value) for pattern, value in schema["patternProperties"].items()}
        if tables and isinstance(schema.get("items"), dict):
            schema["items"] = _or_table(schema["items"])
        for value in schema.values():
            _close(value, tables=tables)
    elif isinstance(schema, list):
        for value in schema:
            _close(value, tables=tables)


def write_schemas(folder: Path) -> list[Path]:
    """Write the schemas into ``folder`` (params/); returns their paths."""
    written = []
    for name, model in FILES.items():
        path = folder / name
        path.write_text(json.dumps(json_schema(model), ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8", newline="\n")
        written.append(path)
    return written
