"""The command line as a person or a script meets it: answers, complaints, exit codes."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.examples.running import Answer, wiregrad_command
from tests.training.drawing import exploding_document
from wiregrad.gallery import examples
from wiregrad.graph import Graph
from wiregrad.training.events import EVENT


@pytest.fixture
def line_file(tmp_path: Path) -> Path:
    """A CSV with y = 3 x - 1 and no noise."""
    path = tmp_path / "points.csv"
    rows = "\n".join(f"{x / 10},{3 * x / 10 - 1}" for x in range(-20, 21))
    path.write_text(f"x,y\n{rows}\n")
    return path


@pytest.fixture(scope="module")
def digits_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "digits.safetensors"
    assert wiregrad_command("train", "digits-mlp", "--epochs", "5", "--out", str(path)).code == 0
    return path


def refused(answer: Answer, *words: str, code: int = 1) -> None:
    assert answer.code == code
    assert "Traceback" not in answer.complaints
    for word in words:
        assert word in answer.complaints


# check


def test_check_says_what_flows() -> None:
    answer = wiregrad_command("check", "rosenbrock")
    assert (answer.code, answer.complaints) == (0, "")
    assert "no errors. 13 nodes; 16 wires, 15 with gradient; 2 trainable parameters" in answer.lines[0]


def test_check_of_a_wrong_graph() -> None:
    answer = wiregrad_command("check", "constant-cannot-train")
    refused(answer, "error [optimizer.loss (Optimizer)]", "A Constant has nothing to change", "Parameter")
    assert "1 error" in answer.lines[0]


def test_check_in_json_is_the_whole_report() -> None:
    answer = wiregrad_command("check", "raise-a-parameter", "--json")
    assert answer.code == 0
    assert answer.last == examples["raise-a-parameter"].check().model_dump(mode="json")


def test_check_of_a_file(tmp_path: Path) -> None:
    examples["rosenbrock"].save(tmp_path / "mine.json")
    assert wiregrad_command("check", "mine.json", folder=tmp_path).code == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("nonsense", "is not a Wiregrad graph"),
        ("{}", "is not a Wiregrad graph"),
        ('{"format": "wiregrad/graph@9"}', "newer"),
    ],
)
def test_a_file_that_is_no_graph(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "bad.json").write_text(content)
    refused(wiregrad_command("check", "bad.json", folder=tmp_path), "bad.json", words)


def test_a_name_that_does_not_exist() -> None:
    refused(wiregrad_command("check", "rosenbrok"), "Did you mean 'rosenbrock'?", "wiregrad examples")


# train


def test_every_line_is_an_event_and_the_last_one_sums_up() -> None:
    answer = wiregrad_command("train", "rosenbrock", "--json", "--steps", "7")
    *events, summary = answer.lines
    kinds = [EVENT.validate_json(line).type for line in events]
    assert next(kind for kind in kinds if kind != "compiling") == "started"
    assert kinds[-2:] == ["result", "state"]
    last = json.loads(summary)
    assert set(last) == {"type", "state", "reason", "steps", "losses", "metrics", "outputs"}
    assert (last["state"], last["steps"]) == ("completed", 7)


def test_settings_on_the_command_line_go_before_those_of_the_graph() -> None:
    answer = wiregrad_command(
        "train",
        "digits-mlp",
        "--json",
        "--epochs",
        "2",
        "--batch-size",
        "100",
        "--dtype",
        "float64",
        "--backend",
        "numpy",
    )
    started = json.loads(answer.lines[0])
    assert (started["steps_per_epoch"], started["total_steps"]) == (13, 26)
    assert (started["dtype"], started["backend"]) == ("float64", "numpy")


def test_the_seed_decides() -> None:
    first, again, other = (
        wiregrad_command("train", "digits-mlp", "--json", "--steps", "5", "--seed", seed).last["losses"]
        for seed in ("1", "1", "2")
    )
    assert first == again != other


def test_words_for_people() -> None:
    answer = wiregrad_command("train", "rosenbrock")
    assert answer.lines[0].startswith("Completed after 100 steps")
    assert any(line.strip() == "x1 = 1.00884" for line in answer.lines)
    assert answer.complaints.startswith("Training 2 parameters for 100 steps with llvm on ")


def test_training_on_a_csv_file(tmp_path: Path, line_file: Path) -> None:
    """Columns of single numbers feed Inputs of shape (1,)."""
    trained = wiregrad_command(
        "train", "line-fit", "--data", line_file.name, "--out", "line.safetensors", "--json", folder=tmp_path
    )
    assert trained.code == 0
    answer = wiregrad_command("evaluate", "line.safetensors", "--input", "x=[1]", "--json", folder=tmp_path)
    assert answer.last["outputs"]["prediction"]["value"] == [pytest.approx(2.0, abs=1e-3)]


def test_another_column_by_option(tmp_path: Path, line_file: Path) -> None:
    line_file.write_text(line_file.read_text().replace("x,y", "where,measured"))
    refused(
        wiregrad_command("train", "line-fit", "--data", line_file.name, folder=tmp_path),
        "reads a column that points.csv does not have",
        "one of the columns where, measured",
    )
    bound = ("--column", "x=where", "--column", "y=measured")
    assert wiregrad_command("train", "line-fit", "--data", line_file.name, *bound, folder=tmp_path).code == 0


def test_training_on_an_array_file(tmp_path: Path) -> None:
    x = np.linspace(-2, 2, 50, dtype=np.float32)[:, np.newaxis]
    np.savez(tmp_path / "points.npz", x=x, y=2 * x + 1)
    trained = wiregrad_command("train", "line-fit", "--data", "points.npz", "--json", folder=tmp_path)
    assert trained.code == 0
    assert trained.last["losses"]["loss"] < 1e-6


def test_training_on_a_zip_of_class_folders(tmp_path: Path) -> None:
    """The pictures are scaled to what the graph takes; then one of them is evaluated."""
    generator = np.random.default_rng(0)
    with zipfile.ZipFile(tmp_path / "pets.zip", "w") as archive:
        for name, color in (("cat", (220, 40, 40)), ("dog", (40, 40, 220))):
            for number in range(20):
                noise = generator.integers(-30, 30, (40, 48, 3))
                picture = Image.fromarray((np.array(color) + noise).clip(0, 255).astype(np.uint8))
                picture.save(tmp_path / f"{name}.png")
                archive.write(tmp_path / f"{name}.png", f"pets/{name}/{number}.png")
    bound = ("--column", "picture=image", "--column", "pet=label")
    trained = wiregrad_command(
        "train",
        "two-classes",
        "--data",
        "pets.zip",
        *bound,
        "--out",
        "pets.safetensors",
        "--json",
        folder=tmp_path,
    )
    assert trained.code == 0
    assert trained.last["metrics"]["test"]["accuracy"] == 1.0
    answer = wiregrad_command("evaluate", "pets.safetensors", "--input", "picture=@dog.png", folder=tmp_path)
    assert answer.code == 0
    shares = {line.split()[0]: float(line.split()[1].rstrip("%")) for line in answer.lines[1:]}
    assert shares["dog"] > 75
    assert shares["cat"] < 25


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--data", "nowhere"), "There is no dataset 'nowhere'. There are:"),
        (("--data", "nowhere.csv"), "There is no file nowhere.csv."),
        (("--steps", "1", "--epochs", "1"), "Give either --steps or --epochs, not both."),
        (("--dtype", "int8"), "--dtype: Input should be 'float32' or 'float64'"),
        (("--precision", "half"), "--precision: Input should be 'full' or 'bfloat16'"),
        (("--precision", "bfloat16", "--backend", "numpy"), "NumPy multiplies in float32 and float64 only"),
        (("--backend", "abacus"), "abacus"),
        (("--out", "no/such/folder/model"), "does not exist"),
        (("--out", "."), "this is a folder"),
        (("--column", "z=a"), "the Inputs are: x, y"),
    ],
)
def test_wishes_that_cannot_be_fulfilled(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    refused(wiregrad_command("train", "line-fit", *arguments, folder=tmp_path), words)


def test_a_bad_row_of_a_csv_is_named(tmp_path: Path, line_file: Path) -> None:
    line_file.write_text(line_file.read_text() + "1,\n")
    refused(
        wiregrad_command("train", "line-fit", "--data", line_file.name, folder=tmp_path),
        "Row 43",
        "column 'y'",
    )


def test_a_number_of_steps_below_one_is_refused() -> None:
    refused(wiregrad_command("train", "rosenbrock", "--steps", "0"), "steps", code=2)


def test_a_diverged_loss_is_null(tmp_path: Path) -> None:
    Graph(exploding_document(steps=40)).save(tmp_path / "exploding.json")
    answer = wiregrad_command("train", "exploding.json", "--json", folder=tmp_path)
    assert answer.code == 0
    assert answer.last["losses"] == {"loss": None}
    assert "NaN" not in "".join(answer.lines)


@pytest.mark.skipif(os.name == "nt", reason="SIGINT is sent as POSIX does")
def test_ctrl_c_stops_and_keeps_the_weights(tmp_path: Path) -> None:
    out = str(tmp_path / "stopped.safetensors")
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "wiregrad.cli",
            "train",
            "rosenbrock",
            "--steps",
            "1000000000",
            "--json",
            "--out",
            out,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    while json.loads(process.stdout.readline())["type"] != "steps":
        pass
    process.send_signal(signal.SIGINT)
    told, complaints = process.communicate(timeout=60)
    last = json.loads(told.splitlines()[-1])
    assert last["state"] == "stopped"
    assert process.returncode == 130
    assert "the weights are kept" in complaints
    answer = wiregrad_command("evaluate", "stopped.safetensors", "--json", folder=tmp_path)
    assert answer.last["step"] == last["steps"]
    assert answer.last["outputs"]["x1"]["value"] == last["outputs"]["x1"]


# evaluate


def test_evaluate_shows_probabilities_with_labels(digits_model: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "digit.npy", np.zeros((1, 8, 8), np.float32))
    answer = wiregrad_command("evaluate", str(digits_model), "--input", "image=@digit.npy", folder=tmp_path)
    assert answer.code == 0
    assert [line.split()[0] for line in answer.lines[1:]] == list("0123456789")
    assert sum(float(line.split()[1].rstrip("%")) for line in answer.lines[1:]) == pytest.approx(100, abs=1)


def test_evaluate_takes_pictures(digits_model: Path, tmp_path: Path) -> None:
    Image.new("L", (30, 20), 128).save(tmp_path / "digit.png")
    answer = wiregrad_command(
        "evaluate", str(digits_model), "--input", "image=@digit.png", "--json", folder=tmp_path
    )
    output = answer.last["outputs"]["prediction"]
    assert (output["shape"], output["display"]) == ([10], "probabilities")
    assert output["labels"] == list("0123456789")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("image=[1,2]", "Expected finite numbers of shape (1, 8, 8)"),
        ("image=one", "is not JSON"),
        ("image", "expected NAME=VALUE"),
        ("picture=1", "The graph has no Input called 'picture'"),
        ("image=@nowhere.npy", "nowhere.npy cannot be read"),
        ("image=@nowhere.png", "nowhere.png cannot be read"),
        ("digit=3", "prediction needs image"),
    ],
)
def test_inputs_that_do_not_fit(digits_model: Path, given: str, words: str) -> None:
    refused(wiregrad_command("evaluate", str(digits_model), "--input", given), words)


def test_evaluating_what_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "model").write_text("nothing")
    refused(wiregrad_command("evaluate", "model", folder=tmp_path), "is not a Wiregrad model")
    refused(wiregrad_command("evaluate", "none", folder=tmp_path), "none cannot be read")


def test_an_array_of_objects_is_not_unpickled(digits_model: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "evil.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    refused(
        wiregrad_command("evaluate", str(digits_model), "--input", f"image=@{tmp_path / 'evil.npy'}"),
        "evil.npy",
    )


# the rest


def test_examples_in_json_are_all_of_them() -> None:
    answer = wiregrad_command("examples", "--json")
    assert answer.code == 0
    assert [example["id"] for example in json.loads(answer.lines[0])] == list(examples)


def test_examples_in_words() -> None:
    answer = wiregrad_command("examples")
    assert all(any(line.startswith(name) for line in answer.lines) for name in examples)


def test_an_unknown_command_is_refused() -> None:
    refused(wiregrad_command("trane"), "trane", code=2)


def test_help_needs_no_numbers() -> None:
    """Asking for help is quick because nothing heavy is imported."""
    code = (
        "import sys\nfrom wiregrad.cli import main\nsys.argv = ['wiregrad', '--help']\n"
        "try:\n    main()\nfinally:\n    assert not {'numpy', 'fastapi', 'pydantic'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "evaluate" in done.stdout


def test_a_reader_that_has_had_enough_is_no_reason_to_complain() -> None:
    command = f"{sys.executable} -m wiregrad.cli train rosenbrock --steps 200000 --json | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["type"] == "started"
    assert done.stderr == ""


# data


def test_data_of_this_machine_is_imported_and_listed(line_file: Path, tmp_path: Path) -> None:
    place = ("--data-dir", str(tmp_path / "home"), "--json")
    gaps = line_file.with_name("gaps.csv")
    gaps.write_text("x,when\n1,2026-03-04\n,2026-03-05\n", encoding="utf-8")
    options = ("--name", "With gaps", "--option", "missing=mean", "--column", "when=date_parts")
    added = json.loads(wiregrad_command("data", "import", str(gaps), *options, *place).lines[0])
    assert (added[0]["name"], added[0]["size"]) == ("With gaps", 2)
    names = [column["name"] for column in added[0]["columns"]]
    assert names == ["x", "when year", "when month", "when day", "when weekday"]
    listed = json.loads(wiregrad_command("data", "list", *place).lines[0])
    assert added[0] in listed


def test_a_folder_of_pictures_is_imported(tmp_path: Path) -> None:
    for split in ("train", "test"):
        for label in ("cat", "dog"):
            (tmp_path / "pets" / split / label).mkdir(parents=True)
            Image.new("RGB", (6, 4)).save(tmp_path / "pets" / split / label / "1.png")
    answer = wiregrad_command("data", "import", str(tmp_path / "pets"), "--data-dir", str(tmp_path / "home"))
    assert answer.code == 0, answer.complaints
    assert "4 samples" in answer.lines[0]
    assert "split: int64 [], 2 classes" in answer.lines[-1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.csv"], "There is no file and no folder nowhere.csv"),
        (["{file}", "--option", "mising=mean"], "expected NAME=VALUE; the options are: header, delimiter"),
        (["{file}", "--option", "missing=guess"], "missing=guess: Input should be 'refuse', 'drop'"),
        (["{file}", "--column", "x"], "expected COLUMN=TYPE"),
        (["{file}", "--column", "z=number"], "the table does not have"),
        (["{file}", "{folder}"], "A folder is imported by itself"),
    ],
)
def test_an_import_that_cannot_be_is_refused(
    arguments: list[str], words: str, line_file: Path, tmp_path: Path
) -> None:
    given = [each.format(file=line_file, folder=tmp_path) for each in arguments]
    refused(wiregrad_command("data", "import", *given, "--data-dir", str(tmp_path / "home")), words)
    assert not list((tmp_path / "home").rglob("*.npy"))
