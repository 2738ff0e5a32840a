"""The Croissant description (1.0) of the dataset folder: which columns, of which types.

`mlcroissant validate --jsonld croissant.json` accepts it (MLCommons, 2024,
https://docs.mlcommons.org/croissant/docs/croissant-spec.html).
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final

from annotation.instrument import Instrument
from annotation.long_table import COLUMNS, Column, Kind

_TYPES: Final = {
    Kind.WORD: "sc:Text",
    Kind.TEXT: "sc:Text",
    Kind.FLAG: "sc:Boolean",
    Kind.SMALL: "sc:Integer",
    Kind.POSITION: "sc:Integer",
    Kind.COUNT: "sc:Integer",
    Kind.NUMBER: "sc:Float",
    Kind.INSTANT: "sc:DateTime",
}
_WORDS: Final = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant(title: str, folder: Path, table: str, instrument: Instrument) -> str:
    """The description as JSON-LD.

    Args:
        title: Of the study.
        folder: That holds the table.
        table: Path of the Parquet file in it.
        instrument: For what the columns hold.
    """
    with (folder / table).open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return described(
        title,
        "Judgments of a blind comment test, one row a judgment.",
        [
            {
                "@type": "cr:FileObject",
                "@id": "judgments.parquet",
                "name": "judgments.parquet",
                "contentUrl": table,
                "encodingFormat": "application/x-parquet",
                "sha256": digest,
            }
        ],
        [
            {
                "@type": "cr:RecordSet",
                "@id": "judgments",
                "name": "judgments",
                "field": [_field(column, instrument) for column in COLUMNS],
            }
        ],
    )


def described(
    title: str,
    description: str,
    files: Sequence[Mapping[str, Any]],
    record_sets: Sequence[Mapping[str, Any]],
) -> str:
    """A Croissant description as JSON-LD."""
    content = {
        "@context": _WORDS,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": title,
        "description": description,
        "distribution": files,
        "recordSet": record_sets,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _field(column: Column, instrument: Instrument) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"judgments/{column.name}",
        "name": column.name,
        "description": column.told(instrument),
        "dataType": _TYPES[column.kind],
        "source": {
            "fileObject": {"@id": "judgments.parquet"},
            "extract": {"column": column.name},
        },
    }
