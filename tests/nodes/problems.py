"""What a problem of a node has to say, and what its offered change leads to."""

from wiregrad.nodes import Node, NodeProblem, catalogue
from wiregrad.nodes._isolation import InputTypes


def check_problem(problem: NodeProblem, node: Node) -> None:
    """Everything that a person needs to mend it."""
    assert problem.message.endswith(".")
    assert problem.expected
    assert problem.got
    assert problem.remedy.endswith(".")
    assert problem.code in ("shape", "dtype", "limit", "setting", "missing")
    assert problem.port is None or problem.port in [port.name for port in node.inputs()]
    if problem.fix is not None:
        check_fix(problem, node)


def check_fix(problem: NodeProblem, node: Node) -> None:
    """The change that is offered is legal itself."""
    fix = problem.fix
    assert fix is not None
    assert fix.label
    if fix.action == "set":
        type(node).model_validate({**node.model_dump(mode="json"), **(fix.settings or {})})
    else:
        assert problem.port is not None
        assert fix.kind is not None
        catalogue()[fix.kind].model_validate(fix.settings)


def after_fix(problem: NodeProblem, node: Node, types: InputTypes) -> tuple[Node, InputTypes]:
    """Node and inputs once the offered fix is applied."""
    fix = problem.fix
    assert fix is not None
    if fix.action == "set":
        return type(node).model_validate({**node.model_dump(mode="json"), **(fix.settings or {})}), types
    assert fix.kind is not None
    inserted = catalogue()[fix.kind].model_validate(fix.settings)
    ports = [port.name for port in node.inputs()]
    changed = [
        inserted.infer(value)[0] if port == problem.port else value
        for port, value in zip(ports, types, strict=True)
    ]
    return node, tuple(changed)
