"""What can be said of the container files without a container engine: they name things that exist here."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def instructions(dockerfile: Path) -> list[tuple[str, str]]:
    lines = dockerfile.read_text().replace("\\\n", " ").splitlines()
    pairs = (line.split(maxsplit=1) for line in lines if line.strip() and not line.startswith("#"))
    return [(name, rest) for name, rest in pairs]


@pytest.fixture(scope="module")
def dockerfile() -> list[tuple[str, str]]:
    build = COMPOSE["services"]["app"]["build"]
    assert (ROOT / build["context"]).resolve() == ROOT
    return instructions(ROOT / build["dockerfile"])


def arguments(dockerfile: list[tuple[str, str]], instruction: str) -> list[str]:
    return [rest for name, rest in dockerfile if name == instruction]


def test_everything_that_is_copied_exists_and_reaches_the_engine(dockerfile: list[tuple[str, str]]) -> None:
    ignored = set((ROOT / ".dockerignore").read_text().splitlines())
    copied = [
        source
        for rest in arguments(dockerfile, "COPY")
        if not rest.startswith("--from=")
        for source in rest.split()[:-1]
    ]
    assert copied
    assert [source for source in copied if not (ROOT / source).exists() or source in ignored] == []


def test_stages_are_defined_before_they_are_copied_from(dockerfile: list[tuple[str, str]]) -> None:
    defined: set[str] = set()
    for name, rest in dockerfile:
        if name == "FROM" and " AS " in rest:
            defined.add(rest.rsplit(" AS ", 1)[1])
        if name == "COPY" and (stage := re.match(r"--from=(\S+)", rest)):
            assert stage[1] in defined


def test_it_starts_with_options_that_the_command_knows(dockerfile: list[tuple[str, str]]) -> None:
    (entry,) = arguments(dockerfile, "ENTRYPOINT")
    command, *options = json.loads(entry)
    assert command.endswith("/bin/wiregrad")
    here = Path(sys.executable).with_name("wiregrad")
    said = subprocess.run(
        [here, "--help"], capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "200"}
    ).stdout
    assert [option for option in options if option.startswith("--") and option not in said] == []


def test_the_published_port_and_the_volume_are_those_in_use(
    dockerfile: list[tuple[str, str]],
) -> None:
    (entry,) = arguments(dockerfile, "ENTRYPOINT")
    options = json.loads(entry)
    service = COMPOSE["services"]["app"]
    (published,) = service["ports"]
    address, _, inside = published.rsplit(":", 2)
    assert address == "127.0.0.1"
    assert inside == options[options.index("--port") + 1] == arguments(dockerfile, "EXPOSE")[0]
    (mounted,) = service["volumes"]
    volume, folder = mounted.split(":")
    assert volume in COMPOSE["volumes"]
    assert folder == options[options.index("--data-dir") + 1] == arguments(dockerfile, "VOLUME")[0]


def test_nothing_runs_as_root(dockerfile: list[tuple[str, str]]) -> None:
    last_stage = max(index for index, (name, _) in enumerate(dockerfile) if name == "FROM")
    assert [rest for name, rest in dockerfile[last_stage:] if name == "USER"] == ["wiregrad"]
