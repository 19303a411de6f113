"""Regular expressions: RE2 on both sides."""

from starrocks_embedded.emit.functions import templates

templates(
    {
        "regexp": "regexp_matches({0}, {1})",
        "regexp_extract": "regexp_extract({0}, {1}, CAST({2} AS INTEGER))",
        "regexp_extract_all": "regexp_extract_all({0}, {1}, CAST({2} AS INTEGER))",
        "regexp_replace": "regexp_replace({0}, {1}, {2}, 'g')",
        "regexp_count": "len(regexp_extract_all({0}, {1}))",
        "regexp_split/2": "regexp_split_to_array({0}, {1})",
    },
    same=[("rlike", "regexp")],
)
