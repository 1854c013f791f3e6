"""How much one document may ask for, measured before anything of it is carried out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from labelmarket.application.view import PAGE_MAX
from labelmarket.graphql.errors import TOO_COSTLY, CodedError

TOKENS_MAX: Final = 4_000
DEPTH_MAX: Final = 16
INTROSPECTION_DEPTH_MAX: Final = 20
ALIASES_MAX: Final = 100
DIRECTIVES_MAX: Final = 50
FIELDS_MAX: Final = 500
"""Fields as they are written: comparing them with each other costs their square."""
COST_MAX: Final = 100_000
"""Fields as they are answered, lists counted at their page's size."""
NESTED_LIST: Final = 10
"""What a list without pages is counted as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Size:
    depth: int = 0
    cost: int = 0


@dataclass(slots=True, kw_only=True)
class _Measure:
    """One walk through a document; a fragment is walked once, however often it is spread."""

    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    factors: Mapping[str, int]
    known: dict[str, _Size] = field(default_factory=dict)
    walking: set[str] = field(default_factory=set)
    fields: int = 0
    aliases: int = 0
    directives: int = 0

    def of_set(self, selections: SelectionSetNode | None, *, level: int, inside: bool) -> _Size:
        """Size of a selection set; `inside` tells that it asks about the schema itself."""
        if level > (INTROSPECTION_DEPTH_MAX if inside else DEPTH_MAX):
            raise _too_much(f"at most {DEPTH_MAX} levels")
        depth = cost = 0
        for selection in selections.selections if selections else ():
            size = self._of(selection, level=level, inside=inside)
            depth, cost = max(depth, size.depth), min(cost + size.cost, COST_MAX + 1)
        return _Size(depth=depth, cost=cost)

    def _of(self, node: SelectionNode, *, level: int, inside: bool) -> _Size:
        self.directives += len(node.directives or ())
        if isinstance(node, InlineFragmentNode):
            return self.of_set(node.selection_set, level=level, inside=inside)
        if isinstance(node, FragmentSpreadNode):
            return self._of_spread(node.name.value, level=level, inside=inside)
        assert isinstance(node, FieldNode)
        name = node.name.value
        self.fields += 1
        self.aliases += node.alias is not None
        if self.fields > FIELDS_MAX or self.aliases > ALIASES_MAX:
            raise _too_much(f"at most {FIELDS_MAX} fields and {ALIASES_MAX} aliases")
        if node.selection_set is None:
            return _Size(depth=1, cost=1)
        below = inside or name.startswith("__")
        size = self.of_set(node.selection_set, level=level + 1, inside=below)
        times = 1 if below else self._times(node)
        return _Size(depth=size.depth + 1, cost=min(1 + times * size.cost, COST_MAX + 1))

    def _of_spread(self, name: str, *, level: int, inside: bool) -> _Size:
        fragment = self.fragments.get(name)
        # What is spread inside itself, or is not there, is refused by validation.
        if fragment is None or name in self.walking:
            return _Size()
        if name not in self.known:
            self.walking.add(name)
            self.known[name] = self.of_set(fragment.selection_set, level=level, inside=inside)
            self.walking.discard(name)
        size = self.known[name]
        if level + size.depth - 1 > (INTROSPECTION_DEPTH_MAX if inside else DEPTH_MAX):
            raise _too_much(f"at most {DEPTH_MAX} levels")
        return size

    def _times(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value == "first":
                value: Any = None
                if isinstance(argument.value, IntValueNode):
                    # Longer numbers are no page size; validation refuses them.
                    value = int(argument.value.value[:10])
                elif isinstance(argument.value, VariableNode):
                    value = self.variables.get(argument.value.name.value, PAGE_MAX)
                return max(1, min(value, PAGE_MAX)) if isinstance(value, int) else PAGE_MAX
        return self.factors.get(node.name.value, 1)


def check_document(
    document: DocumentNode, variables: Mapping[str, Any], *, factors: Mapping[str, int]
) -> None:
    """Raise TOO_COSTLY for a document that asks for too much."""
    fragments = {
        one.name.value: one
        for one in document.definitions
        if isinstance(one, FragmentDefinitionNode)
    }
    measure = _Measure(fragments=fragments, variables=variables, factors=factors)
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode):
            size = measure.of_set(operation.selection_set, level=1, inside=False)
            if size.cost > COST_MAX:
                raise _too_much(f"at most {COST_MAX:,} fields in the answer; ask for smaller pages")
    if measure.directives > DIRECTIVES_MAX:
        raise _too_much(f"at most {DIRECTIVES_MAX} directives")


@lru_cache(maxsize=8)
def factors_of(schema: GraphQLSchema) -> dict[str, int]:
    """How often what is below a field is answered, by the field's name."""
    found: dict[str, int] = {}
    for kind in schema.type_map.values():
        if not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            continue
        for name, one in kind.fields.items():
            nullable = one.type.of_type if is_non_null_type(one.type) else one.type
            if "first" in one.args:
                times = int(one.args["first"].default_value)
            elif is_list_type(nullable) and not is_leaf_type(get_named_type(nullable)):
                times = NESTED_LIST
            else:
                continue
            # Where one name is several fields, the smallest: too little is counted, never too much.
            found[name] = min(times, found.get(name, times))
    # A page is counted where it is asked for, not again at its nodes.
    found.pop("nodes", None)
    return found


def _too_much(what: str) -> CodedError:
    return CodedError(f"this asks for too much: {what}", code=TOO_COSTLY)
