"""Files of others made into datasets: whole, checked and stored, or refused with the place that is wrong."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from wiregrad.data.dataset import Origin
from wiregrad.data.importing.discovery import format_of
from wiregrad.data.importing.folder import Folder
from wiregrad.data.importing.limits import LIMITS, Limits
from wiregrad.data.importing.names import clean_name, title_of
from wiregrad.data.importing.options import ImportOptions
from wiregrad.data.importing.source import OpenWriter, Source, Upload
from wiregrad.data.importing.unpacking import is_importable, unpacked
from wiregrad.data.importing.writing import FolderWriter, appearing_folder
from wiregrad.data.stored import write_manifest

__all__ = ["ImportOptions", "Upload", "import_files", "import_folder", "is_importable"]

_SCRATCH = "scratch"
_FOLDER = "folder with pictures"


def import_files(
    root: Path, uploads: Sequence[Upload], *, name: str, options: ImportOptions, limits: Limits = LIMITS
) -> str:
    """Read files that are one dataset into a new folder of `root` and return its name, the dataset's id.

    Of the names that the client gave the files only the ends and the harmless parts are used. The folder
    appears when it is complete and on the disk; when anything fails nothing remains.

    Raises:
        DataError: what is wrong with the files, where, and what to do.

    """

    def read(scratch: Path, open_writer: OpenWriter) -> tuple[str, str]:
        files = unpacked(uploads, scratch, limits)
        chosen = format_of(files)
        return chosen.NAME, chosen.read(Source(files, scratch, options, limits), open_writer)

    return _import(root, [title_of(upload.filename) for upload in uploads], name, options, limits, read=read)


def import_folder(
    root: Path, folder: Path, *, name: str, options: ImportOptions, limits: Limits = LIMITS
) -> str:
    """Read a folder of this machine, with one folder of pictures for each class, as `import_files` does."""
    from wiregrad.data.importing.picture_trees import read_tree  # noqa: PLC0415 - Pillow only where it is needed

    def read(_scratch: Path, open_writer: OpenWriter) -> tuple[str, str]:
        tree = Folder(folder.resolve(), limits)
        return _FOLDER, read_tree(tree, title_of(folder.resolve().name), options, limits, open_writer)

    return _import(root, [title_of(folder.resolve().name)], name, options, limits, read=read)


def _import(
    root: Path,
    files: Sequence[str],
    name: str,
    options: ImportOptions,
    limits: Limits,
    *,
    read: Callable[[Path, OpenWriter], tuple[str, str]],
) -> str:
    title = clean_name(name, "The name of the dataset")
    with appearing_folder(root) as (identity, folder):
        scratch = folder / _SCRATCH
        scratch.mkdir()
        writers: list[FolderWriter] = []

        def open_writer(size: int) -> FolderWriter:
            writers.append(FolderWriter(folder, size, limits))
            return writers[-1]

        kind, description = read(scratch, open_writer)
        shutil.rmtree(scratch)
        writer = writers[0]
        writer.flush()
        write_manifest(
            folder,
            identity=identity,
            name=title,
            description=description,
            size=writer.size,
            columns=writer.columns,
            missing=writer.missing,
            origin=Origin(kind=kind, files=tuple(files), options=options.chosen()),
        )
    return identity
