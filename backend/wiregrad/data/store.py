"""All datasets that there are: those that come with the package and those that someone imported."""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from wiregrad.data.catalogue import builtin
from wiregrad.data.dataset import Dataset
from wiregrad.data.errors import DataError, UnknownDataset
from wiregrad.data.importing import ImportOptions, Upload, import_files, import_folder
from wiregrad.data.importing.limits import LIMITS, Limits
from wiregrad.data.importing.names import title_of
from wiregrad.data.importing.writing import UNFINISHED
from wiregrad.data.stored import MANIFEST, open_folder

_IDENTITY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DELETED = ".deleted-"


class DatasetStore:
    """Datasets by id. Imported ones live in folders of `root`, which may not exist yet.

    Several processes may use one root at a time: a dataset's folder appears and disappears whole.
    """

    def __init__(self, root: Path, limits: Limits = LIMITS) -> None:
        self.root = root
        self.limits = limits

    def ids(self) -> list[str]:
        """List built-in ids in the order of the alphabet, then imported ones, oldest first."""
        if not self.root.is_dir():
            return list(builtin())
        manifests = [
            folder / MANIFEST
            for folder in self.root.iterdir()
            if _IDENTITY.fullmatch(folder.name) and (folder / MANIFEST).is_file()
        ]
        manifests.sort(key=lambda manifest: (manifest.stat().st_mtime_ns, manifest.parent.name))
        return [*builtin(), *(manifest.parent.name for manifest in manifests)]

    def get(self, id: str) -> Dataset:  # noqa: A002 - the contract's word
        """Open the dataset of that id.

        Raises:
            UnknownDataset: there is none; the message says which there are.
            DataError: its folder is damaged.

        """
        if id in builtin():
            return builtin()[id]()
        return open_folder(self._folder(id))

    def add(
        self, upload: Path, filename: str, name: str | None = None, options: ImportOptions | None = None
    ) -> Dataset:
        """Import a file of the client's; without a name the dataset is called as the file.

        Raises:
            DataError: what is wrong with the file, where, and what to do; nothing of it remains.

        """
        return self.add_files([Upload(upload, filename)], name, options)

    def add_files(
        self, uploads: Sequence[Upload], name: str | None = None, options: ImportOptions | None = None
    ) -> Dataset:
        """Import files that are one dataset, such as those of MNIST; called as the first one unless named.

        Raises:
            DataError: what is wrong with the files, where, and what to do; nothing of them remains.

        """
        identity = import_files(
            self.root,
            uploads,
            name=name or title_of(uploads[0].filename),
            options=options or ImportOptions(),
            limits=self.limits,
        )
        return self.get(identity)

    def add_folder(
        self, folder: Path, name: str | None = None, options: ImportOptions | None = None
    ) -> Dataset:
        """Import a folder of this machine, with one folder of pictures for each class; called as it is.

        Raises:
            DataError: what is wrong with the folder, where, and what to do; nothing of it remains.

        """
        identity = import_folder(
            self.root,
            folder,
            name=name or title_of(folder.resolve().name),
            options=options or ImportOptions(),
            limits=self.limits,
        )
        return self.get(identity)

    def delete(self, id: str) -> None:  # noqa: A002 - the contract's word
        """Remove an imported dataset; whoever has it open can read on.

        Raises:
            UnknownDataset: there is none of that id.
            DataError: it comes with the package.

        """
        if id in builtin():
            raise DataError(f"The dataset {id!r} comes with Wiregrad and cannot be deleted.")
        folder = self._folder(id)
        doomed = folder.with_name(f"{_DELETED}{id}")
        try:
            folder.rename(doomed)
        except FileNotFoundError:  # somebody else was quicker
            raise UnknownDataset(id, self.ids()) from None
        shutil.rmtree(doomed, ignore_errors=True)

    def remove_unfinished(self) -> None:
        """Remove what imports and deletions left that were killed. Only while no other process imports."""
        if self.root.is_dir():
            for folder in self.root.iterdir():
                if folder.name.startswith((UNFINISHED, _DELETED)):
                    shutil.rmtree(folder, ignore_errors=True)

    def _folder(self, id: str) -> Path:  # noqa: A002
        folder = self.root / id if _IDENTITY.fullmatch(id) else None
        if folder is None or not (folder / MANIFEST).is_file():
            raise UnknownDataset(id, self.ids())
        return folder
