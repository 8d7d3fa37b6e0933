"""Reads a kind's PyTorch spelling: a small part of Python's expressions, walked rather than evaluated."""

# ruff: noqa: ANN401 - values of any type; the visitor names its methods after node classes

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

OPERATORS: Mapping[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.MatMult: operator.matmul,
    ast.USub: operator.neg,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
}


class Spelling(ast.NodeVisitor):
    """Calls, attributes, subscripts, literals and operators over given names; all else is an error."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = names

    @classmethod
    def read(cls, text: str, names: Mapping[str, Any]) -> Any:
        return cls(names).visit(ast.parse(text, mode="eval").body)

    def generic_visit(self, node: ast.AST) -> Any:
        raise TypeError(f"expected a plain expression; got {ast.dump(node)}")

    def visit_Constant(self, node: ast.Constant) -> Any:
        return node.value

    def visit_Name(self, node: ast.Name) -> Any:
        return self.names[node.id]

    def visit_List(self, node: ast.List) -> Any:
        return [self.visit(part) for part in node.elts]

    def visit_Tuple(self, node: ast.Tuple) -> Any:
        return tuple(self.visit(part) for part in node.elts)

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        return getattr(self.visit(node.value), node.attr)

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        return self.visit(node.value)[self.visit(node.slice)]

    def visit_Call(self, node: ast.Call) -> Any:
        keywords = {str(keyword.arg): self.visit(keyword.value) for keyword in node.keywords}
        return self.visit(node.func)(*map(self.visit, node.args), **keywords)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        return OPERATORS[type(node.op)](self.visit(node.operand))

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        return OPERATORS[type(node.op)](self.visit(node.left), self.visit(node.right))

    def visit_Compare(self, node: ast.Compare) -> Any:
        (op,), (right,) = node.ops, node.comparators
        return OPERATORS[type(op)](self.visit(node.left), self.visit(right))
