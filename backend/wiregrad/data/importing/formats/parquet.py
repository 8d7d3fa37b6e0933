"""Parquet tables, read batch by batch. They need PyArrow, which is an extra: it is as large as the rest."""

from wiregrad.data.byte_counts import in_words
from wiregrad.data.errors import DataError
from wiregrad.data.importing.names import title_of
from wiregrad.data.importing.source import OpenWriter, Source
from wiregrad.data.importing.tabular import write_table

NAME = "Parquet table"
ENDINGS = (".parquet", ".pq")
MAGIC = (b"PAR1",)
SEVERAL = False


def read(source: Source, open_writer: OpenWriter) -> str:
    """Import a table, one column per column. See `parquet_columns` for what becomes of their types."""
    if source.path.stat().st_size > source.limits.file:
        raise DataError(
            f"The file is larger than {in_words(source.limits.file)}, which is the limit.", remedy="Split it."
        )
    try:
        from wiregrad.data.importing.parquet_table import ParquetTable  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise DataError(
            "Parquet tables are read by PyArrow, which is not installed.",
            remedy="Install it with: pip install 'wiregrad[parquet]', or save the table as CSV.",
        ) from error
    with ParquetTable(source) as table:
        size = write_table(table, source, open_writer)
    return f"{size:,} rows of {title_of(source.filename)}."
