"""Tables: CSV with commas, semicolons or tabs. Read once for types, then for values; never held in memory."""

from wiregrad.data.importing.csv_table import CsvTable
from wiregrad.data.importing.names import title_of
from wiregrad.data.importing.source import OpenWriter, Source
from wiregrad.data.importing.tabular import write_table

NAME = "CSV table"
ENDINGS = (".csv", ".tsv")
MAGIC = ()
SEVERAL = False


def read(source: Source, open_writer: OpenWriter) -> str:
    """Import a table, one column per column. See `cell_types` for how types are inferred."""
    size = write_table(CsvTable.open(source), source, open_writer)
    return f"{size:,} rows of {title_of(source.filename)}."
