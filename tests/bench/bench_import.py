"""Measure imports: `python -m tests.bench.bench_import [--rows 100000] [--columns 20] [--pictures 50000]`.

Files are generated and each is imported in a process of its own. Printed are the sizes of the file and of
the dataset, the seconds that it took, those in which a processor worked for it, and by how much the
process's memory grew at its highest.
"""

import argparse
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

SIDE = 32
CLASSES = 10
IMPORT = """
import json, pathlib, resource, sys, time
from wiregrad.data.importing.discovery import available_formats
from wiregrad.data.store import DatasetStore
available_formats()
upload, root = map(pathlib.Path, sys.argv[1:])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began, began_computing = time.perf_counter(), time.process_time()
dataset = DatasetStore(root).add(upload, upload.name)
seconds, computing = time.perf_counter() - began, time.process_time() - began_computing
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
found = {"samples": dataset.size, "stored": dataset.stored.bytes, "kib": grown}
print(json.dumps(found | {"seconds": seconds, "computing": computing}))
"""


def write_table(path: Path, rows: int, columns: int) -> None:
    """Real numbers, as they come out of an instrument."""
    generator = np.random.default_rng(0)
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(f"c{number}" for number in range(columns)) + "\n")
        for row in generator.normal(size=(rows, columns)):
            file.write(",".join(f"{value:.6f}" for value in row) + "\n")


def write_pictures(path: Path, count: int) -> None:
    """Noise in colors, which no compression makes smaller: the worst case for a PNG."""
    generator = np.random.default_rng(0)
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(count):
            content = io.BytesIO()
            Image.fromarray(generator.integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)).save(content, "PNG")
            archive.writestr(f"set/{number % CLASSES}/{number}.png", content.getvalue())


def measured(upload: Path, folder: Path) -> dict[str, Any]:
    """Import a file in a fresh process."""
    command = [sys.executable, "-c", IMPORT, str(upload), str(folder / "datasets")]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--columns", type=int, default=20)
    parser.add_argument("--pictures", type=int, default=50_000)
    chosen = parser.parse_args()
    cases: dict[str, Callable[[Path], None]] = {
        "table.csv": lambda path: write_table(path, chosen.rows, chosen.columns),
        "pictures.zip": lambda path: write_pictures(path, chosen.pictures),
    }
    with tempfile.TemporaryDirectory(prefix="wiregrad-bench-") as name:
        for filename, write in cases.items():
            upload = Path(name) / filename
            write(upload)
            found = measured(upload, Path(name))
            sys.stdout.write(
                f"{filename}: {found['samples']:,} samples, file {upload.stat().st_size:,} bytes, "
                f"stored {found['stored']:,} bytes, {found['seconds']:.1f} s "
                f"({found['computing']:.1f} s of a processor), "
                f"memory grew by {found['kib'] / 1024:.0f} MiB\n"
            )


if __name__ == "__main__":
    main()
