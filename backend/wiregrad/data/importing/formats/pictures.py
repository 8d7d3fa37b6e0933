"""A zip of class folders with PNG or JPEG pictures: `cat/1.jpg`, `dog/1.jpg`; the folder is the label."""

from wiregrad.data.byte_counts import in_words
from wiregrad.data.errors import DataError
from wiregrad.data.importing.archive import Archive
from wiregrad.data.importing.names import title_of
from wiregrad.data.importing.picture_trees import read_tree
from wiregrad.data.importing.source import OpenWriter, Source

NAME = "zip of class folders with pictures"
ENDINGS = (".zip",)
MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
SEVERAL = False


def read(source: Source, open_writer: OpenWriter) -> str:
    """Import the pictures of an archive; see `picture_trees`."""
    if source.path.stat().st_size > source.limits.file:
        raise DataError(f"The archive is larger than {in_words(source.limits.file)}, which is the limit.")
    with Archive(source.path, source.limits) as archive:
        return read_tree(archive, title_of(source.filename), source.options, source.limits, open_writer)
