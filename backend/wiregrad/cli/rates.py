"""`wiregrad find-lr`."""

from pydantic import ValidationError

from wiregrad.cli.console import FAILED, CommandFailed, describe_problems, number, say
from wiregrad.cli.sources import graph_named, labels_of
from wiregrad.cli.training import TrainingWish, chosen_data, settings_of, with_columns
from wiregrad.training.binding import BindingError
from wiregrad.training.rate_search import RateCurve, RateSearch, search_rate
from wiregrad.training.spec import RunSpec

BAR_WIDTH = 40


def find_rate(wish: TrainingWish, search: dict[str, object], *, as_json: bool) -> int:
    """0 if there is a rate to suggest."""
    document = with_columns(graph_named(wish.graph).document, wish.columns)
    settings = settings_of(document.training, wish)
    wanted = _search(search)
    with chosen_data(wish, document, settings) as (dataset, settings_with_data):
        try:
            curve = search_rate(RunSpec.of(document, settings_with_data), dataset, wanted)
        except BindingError as error:
            raise CommandFailed(describe_problems(error.problems, labels_of(document))) from None
    say(curve.model_dump_json() if as_json else _in_words(curve))
    return 0 if curve.suggestion is not None else FAILED


def _search(wishes: dict[str, object]) -> RateSearch:
    try:
        return RateSearch.model_validate({name: value for name, value in wishes.items() if value is not None})
    except ValidationError as error:
        faults = "; ".join(f"--{item['loc'][0]}: {item['msg']}" for item in error.errors())
        raise CommandFailed(faults) from None


def _in_words(curve: RateCurve) -> str:
    finite = [loss for loss in curve.smoothed if loss is not None]
    highest = max(map(abs, finite), default=0.0) or 1.0
    lines = [
        f"{rate:10.3g}  {number(loss):>12}  {'#' * round(BAR_WIDTH * abs(loss or 0.0) / highest)}"
        for rate, loss in list(zip(curve.rates, curve.smoothed, strict=True))[:: max(1, len(finite) // 25)]
    ]
    lines += [curve.reason] if curve.reason else []
    if curve.suggestion is None:
        return "\n".join([*lines, "The loss never fell, so there is no rate to suggest."])
    return "\n".join(
        [
            *lines,
            f"Steepest descent at {curve.steepest:.3g}, lowest loss at ten times {curve.careful:.3g}.",
            f"Suggested learning rate for {curve.optimizer}: {curve.suggestion:.3g}",
        ]
    )
