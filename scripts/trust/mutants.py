"""Small faults in a piece of source: what mutation testing plants, one at a time.

Left alone are what no test of a result can tell apart: assertions (they state what only a bug of ours could break),
annotations, docstrings, decorators, the fixed words of a formatted text, and imports.

There are two families. For what survived of the first one tests were written. Of the second one nobody looks at what
survived, so that its score tells how well those tests bite where nobody looked.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

COMPARISONS: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
"""The edge moved by one, and the other side."""
OPERATORS: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
NAMES: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}
MODULE: Final = "<module>"
SECOND: Final = 1_000_000
"""Numbers of the second family begin here."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault that can be planted.

    Attributes:
        number: its place among all of its source.
        kind: `comparison`, `operator`, `constant`, `boolean`, `return`, `statement`; of the second family `argument`,
            `assignment`, `element`, `filter`.
        place: the qualified name of the function it lies in, or `<module>` for what happens on import.
        first_line: where that function's code begins, its decorators included.
        line: where it lies; `before` and `after`: the piece of source.
    """

    number: int
    kind: str
    place: str
    first_line: int
    line: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class _Place:
    name: str = ""
    function: str = MODULE
    first_line: int = 0

    def inside(self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> _Place:
        """Return where the body of a definition lies; what lies in a function stays that function's."""
        name = f"{self.name}.{node.name}" if self.name else node.name
        if isinstance(node, ast.ClassDef) or self.function != MODULE:
            return _Place(name, self.function, self.first_line)
        first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        return _Place(name, name, first)


_Spot = tuple[ast.AST, str, int | None, ast.AST, _Place]
"""Parent, field, place in a list, node, and where it lies."""


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _spots(parent: ast.AST, place: _Place) -> Iterator[_Spot]:
    """Yield every node that may be changed, in the order of the source."""
    skipped = {"decorator_list", "annotation", "returns", "type_comment"}
    for field, value in ast.iter_fields(parent):
        if field in skipped:
            continue
        for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(node, ast.AST) or _is_docstring(node) or _is_for_types(node):
                continue
            if isinstance(node, ast.Assert | ast.Import | ast.ImportFrom):
                continue
            if isinstance(parent, ast.JoinedStr) and isinstance(node, ast.Constant):
                continue
            if isinstance(parent, ast.FormattedValue) and field == "format_spec":
                continue
            here = place
            is_body = field == "body"
            if isinstance(parent, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and is_body:
                here = place.inside(parent)
            yield parent, field, index, node, here
            yield from _spots(node, here)


def _at(new: ast.AST, old: ast.AST) -> ast.AST:
    return ast.fix_missing_locations(ast.copy_location(new, old))


def _of_constant(node: ast.Constant) -> Iterator[tuple[str, ast.AST]]:
    value = node.value
    if isinstance(value, bool):
        yield "boolean", ast.Constant(not value)
    elif isinstance(value, int):
        yield "constant", ast.Constant(value + 1)
    elif isinstance(value, str):
        yield "constant", ast.Constant(f"{value}~")
    elif isinstance(value, bytes):
        yield "constant", ast.Constant(value + b"~")


def _of_expression(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            for other in COMPARISONS[type(operator)]:
                operators = [*node.ops[:place], other(), *node.ops[place + 1 :]]
                yield "comparison", ast.Compare(node.left, operators, node.comparators)
    elif isinstance(node, ast.BoolOp):
        yield "boolean", ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield "boolean" if isinstance(node.op, ast.Not) else "operator", node.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        yield "operator", ast.BinOp(node.left, OPERATORS[type(node.op)](), node.right)
    elif isinstance(node, ast.Constant):
        yield from _of_constant(node)
    elif isinstance(node, ast.IfExp):
        yield "boolean", ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NAMES:
        yield "operator", ast.Call(ast.Name(NAMES[node.func.id], ast.Load()), node.args, node.keywords)


def _of_statement(node: ast.AST, place: _Place) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Return) and node.value is not None:
        if not (isinstance(node.value, ast.Constant) and node.value.value is None):
            yield "return", ast.Return(ast.Constant(None))
    elif isinstance(node, ast.If | ast.While):
        negated = ast.UnaryOp(ast.Not(), node.test)
        yield "boolean", type(node)(negated, node.body, node.orelse)
    elif isinstance(node, ast.Break | ast.Continue):
        yield "statement", ast.Continue() if isinstance(node, ast.Break) else ast.Break()
    elif isinstance(node, ast.AugAssign) and type(node.op) in OPERATORS:
        yield "operator", ast.AugAssign(node.target, OPERATORS[type(node.op)](), node.value)
        yield "statement", ast.Pass()
    elif isinstance(node, ast.Expr | ast.Raise | ast.Delete) and place.function != MODULE:
        yield "statement", ast.Pass()


def _without_an_argument(node: ast.Call) -> Iterator[ast.AST]:
    """Yield a call with each argument in turn being nothing, and one with the first two changed for each other."""
    nothing = ast.Constant(None)
    for index, one in enumerate(node.args):
        if not isinstance(one, ast.Constant | ast.Starred):
            yield ast.Call(node.func, [*node.args[:index], nothing, *node.args[index + 1 :]], node.keywords)
    for index, told in enumerate(node.keywords):
        if told.arg and not isinstance(told.value, ast.Constant):
            others = [*node.keywords[:index], ast.keyword(told.arg, nothing), *node.keywords[index + 1 :]]
            yield ast.Call(node.func, node.args, others)
    if len(node.args) > 1 and not any(isinstance(one, ast.Starred) for one in node.args):
        first, second, *rest = node.args
        yield ast.Call(node.func, [second, first, *rest], node.keywords)


def _without_the_last(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a list, tuple, set or dictionary that is written out, without its last element."""
    if isinstance(node, ast.List | ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        yield type(node)(node.elts[:-1], node.ctx)
    elif isinstance(node, ast.Set) and len(node.elts) > 1:
        yield ast.Set(node.elts[:-1])
    elif isinstance(node, ast.Dict) and len(node.keys) > 1:
        yield ast.Dict(node.keys[:-1], node.values[:-1])


def _of_second_family(node: ast.AST, place: _Place) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Call):
        yield from (("argument", new) for new in _without_an_argument(node))
    elif isinstance(node, ast.Assign) and place.function != MODULE and not isinstance(node.value, ast.Constant):
        if all(isinstance(target, ast.Name | ast.Attribute) for target in node.targets):
            yield "assignment", ast.Assign(node.targets, ast.Constant(None))
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield "filter", ast.comprehension(node.target, node.iter, [], node.is_async)
    else:
        yield from (("element", new) for new in _without_the_last(node))


def _changes(spot: _Spot, *, second: bool) -> Iterator[tuple[str, ast.AST]]:
    *_, node, place = spot
    if second:
        found = _of_second_family(node, place)
    else:
        found = _of_statement(node, place) if isinstance(node, ast.stmt) else _of_expression(node)
    for kind, new in found:
        yield kind, _at(new, node)


def _said(node: ast.AST) -> str:
    """Return the first line of a piece of source, which is what differs."""
    return ast.unparse(node).splitlines()[0]


def mutants(source: str, *, second: bool = False) -> list[Mutant]:
    """Return every fault of a family that can be planted into a source, in its order."""
    found: list[Mutant] = []
    for spot in _spots(ast.parse(source), _Place()):
        *_, node, place = spot
        for kind, new in _changes(spot, second=second):
            placed = node.target if isinstance(node, ast.comprehension) else node
            where = place.function, place.first_line, getattr(placed, "lineno", 0)
            found.append(Mutant(SECOND * second + len(found), kind, *where, _said(node), _said(new)))
    return found


def planted(source: str, number: int, filename: str) -> CodeType:
    """Return a source with one of its faults, compiled."""
    tree = ast.parse(source)
    second = number >= SECOND
    count = SECOND * second
    for spot in _spots(tree, _Place()):
        for _, new in _changes(spot, second=second):
            if count == number:
                parent, field, index, *_ = spot
                if index is None:
                    setattr(parent, field, new)
                else:
                    getattr(parent, field)[index] = new
                return compile(tree, filename, "exec", dont_inherit=True)
            count += 1
    raise IndexError(number)


def function_of(code: CodeType, place: str, first_line: int) -> CodeType:
    """Return the code of a function in a module's code."""
    for constant in code.co_consts:
        if hasattr(constant, "co_consts"):
            if (constant.co_qualname, constant.co_firstlineno) == (place, first_line):
                return constant  # type: ignore[no-any-return]  # a code object, as its attribute says
            if place.startswith(f"{constant.co_qualname}."):
                return function_of(constant, place, first_line)
    raise LookupError(f"{place}, line {first_line}")
