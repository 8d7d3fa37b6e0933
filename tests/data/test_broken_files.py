"""Every broken file is refused in words that say what is wrong and where, and nothing of it stays."""

from pathlib import Path

import pytest

from tests.data.broken import BROKEN
from wiregrad.data.errors import DataError
from wiregrad.data.importing import ImportOptions, Upload
from wiregrad.data.store import DatasetStore


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_is_refused_with_its_place(fault: str, store: DatasetStore, tmp_path: Path) -> None:
    broken = BROKEN[fault]
    uploads = []
    for number, (name, content) in enumerate(broken.files().items()):
        path = tmp_path / str(number)
        path.write_bytes(content)
        uploads.append(Upload(path, name))
    with pytest.raises(DataError) as caught:
        store.add_files(uploads, "test", ImportOptions.model_validate(broken.options))
    assert str(caught.value).startswith(broken.sentence)
    assert list(store.root.iterdir()) == []
