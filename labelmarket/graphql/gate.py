"""What stands before and behind every operation: who may ask, how much, and how errors look."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any, Protocol, cast, runtime_checkable

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionNode,
    StringValueNode,
    Visitor,
    parse,
    visit,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document
from strawberry.types import StreamExecutionResult

from labelmarket.graphql.context import Context
from labelmarket.graphql.errors import BAD_REQUEST, INVALID_INPUT, CodedError, unauthenticated
from labelmarket.graphql.limits import TOKENS_MAX, check_document, factors_of
from labelmarket.graphql.mishaps import presentable

DOCUMENTS_KEPT_MAX = 512
KEPT_CHARACTERS_MAX = 20_000
"""Longer documents are read anew each time, so that what is kept stays small."""

_parse = lru_cache(maxsize=DOCUMENTS_KEPT_MAX)(parse)
_validate = lru_cache(maxsize=DOCUMENTS_KEPT_MAX)(validate_document)


@runtime_checkable
class _HasErrors(Protocol):
    errors: list[GraphQLError] | None


class Gate(SchemaExtension):
    """One for each operation. Documents that were read and found valid are remembered."""

    def on_operation(self) -> Iterator[None]:
        self._executing = False
        self._streamed = False
        self.execution_context.parse_options["max_tokens"] = TOKENS_MAX
        yield
        if not self._streamed:
            self._present(self.execution_context.result)

    def on_parse(self) -> Iterator[None]:
        # A document that cannot be read is read again behind this, where its error is told.
        text = self.execution_context.query or ""
        self._is_kept = len(text) <= KEPT_CHARACTERS_MAX
        with suppress(GraphQLError, RecursionError):
            self.execution_context.graphql_document = read_document(text)
        yield

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        document = context.graphql_document
        assert document is not None, "what was not read is not validated"
        try:
            self._check(document, context.variables or {})
            validate = _validate if self._is_kept else validate_document
            context.pre_execution_errors = validate(
                context.schema._schema,
                document,
                context.validation_rules,
            )
        except CodedError as error:
            context.pre_execution_errors = [error]
        except RecursionError as error:
            context.pre_execution_errors = [GraphQLError("too deep", original_error=error)]
        yield

    def on_execute(self) -> Iterator[None]:
        self._executing = True
        yield

    def on_stream_result(self, result: StreamExecutionResult) -> Iterator[None]:
        self._streamed = True
        self._present(result)
        yield

    def _check(self, document: DocumentNode, variables: dict[str, Any]) -> None:
        asker = cast(Context, self.execution_context.context)
        if asker.viewer is None and not _asks_nothing(document):
            raise unauthenticated()
        name = self.execution_context._provided_operation_name
        if name is None and len(_operations(document)) > 1:
            raise CodedError("name one of the document's operations", code=BAD_REQUEST)
        schema = self.execution_context.schema._schema
        check_document(document, variables, factors=factors_of(schema))
        if self._has_odd_text(document) or any(map(is_odd_text, _texts(variables))):
            raise CodedError("text holds a character that cannot be kept", code=INVALID_INPUT)

    def _has_odd_text(self, document: DocumentNode) -> bool:
        return (_odd_text_kept if self._is_kept else _odd_text)(document)

    def _present(self, result: object) -> None:
        if not isinstance(result, _HasErrors) or not result.errors:
            return
        asker = cast(Context, self.execution_context.context)
        result.errors = [
            presentable(error, request_id=asker.request_id, executing=self._executing)
            for error in result.errors
        ]


def read_document(text: str) -> DocumentNode:
    """Read a document that is not too long. Raises GraphQLError or RecursionError."""
    read = _parse if len(text) <= KEPT_CHARACTERS_MAX else parse
    return read(text, max_tokens=TOKENS_MAX)


def _operations(document: DocumentNode) -> list[OperationDefinitionNode]:
    return [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]


def _asks_nothing(document: DocumentNode) -> bool:
    """Whether all that is asked is `__typename`, without a word whose check would tell of types."""
    return all(
        isinstance(operation, OperationDefinitionNode)
        and not operation.variable_definitions
        and not operation.directives
        and all(map(_is_bare_name, operation.selection_set.selections))
        for operation in document.definitions
    )


def _is_bare_name(one: SelectionNode) -> bool:
    return (
        isinstance(one, FieldNode)
        and one.name.value == "__typename"
        and not (one.arguments or one.directives or one.selection_set)
    )


def is_odd_text(text: str) -> bool:
    """Whether text holds what UTF-8 or the database cannot: half a character, or NUL."""
    return "\0" in text or any("\ud800" <= one <= "\udfff" for one in text)


def _texts(value: object) -> Iterable[str]:
    """All text in a JSON value, without recursion."""
    rest = [value]
    while rest:
        one = rest.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            rest.extend(one)
            rest.extend(one.values())
        elif isinstance(one, list):
            rest.extend(one)


class _OddText(Visitor):
    found = False

    def enter_string_value(self, node: StringValueNode, *_: object) -> None:
        self.found = self.found or is_odd_text(node.value)


def _odd_text(document: DocumentNode) -> bool:
    visitor = _OddText()
    visit(document, visitor)
    return visitor.found


_odd_text_kept = lru_cache(maxsize=DOCUMENTS_KEPT_MAX)(_odd_text)
