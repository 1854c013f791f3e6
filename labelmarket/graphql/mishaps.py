"""Errors as clients may see them: coded when they are meant for them, masked when they are not."""

import logging

from graphql import GraphQLError, GraphQLSyntaxError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from labelmarket.application.labels import BlobStoreFull
from labelmarket.application.ports import Unavailable
from labelmarket.domain.errors import Refusal
from labelmarket.graphql.errors import (
    BAD_REQUEST,
    INTERNAL,
    INVALID_INPUT,
    STORE_FULL,
    TOO_COSTLY,
    CodedError,
    from_refusal,
    unavailable,
)

_log = logging.getLogger(__name__)


def presentable(error: GraphQLError, *, request_id: str, executing: bool) -> GraphQLError:
    """Give every error a code; what was not meant for clients is logged, once, and masked."""
    if error.original_error is None and "code" in (error.extensions or {}):
        return error
    cause = _cause(error)
    if isinstance(cause, CodedError):
        return _at(error, cause)
    if isinstance(cause, Refusal):
        return _at(error, from_refusal(cause))
    if isinstance(cause, Unavailable):
        return _at(error, unavailable())
    if isinstance(cause, BlobStoreFull):
        return _at(error, CodedError(str(cause), code=STORE_FULL))
    if isinstance(cause, CannotGetOperationTypeError):
        return CodedError("name one of the document's operations", code=BAD_REQUEST)
    if isinstance(cause, InvalidOperationTypeError):
        return CodedError("this operation is not carried out here", code=BAD_REQUEST)
    if isinstance(cause, RecursionError):
        return CodedError("this is nested too deeply", code=TOO_COSTLY)
    if cause is None or isinstance(cause, GraphQLError | GraphQLSyntaxError):
        code = INVALID_INPUT if executing else BAD_REQUEST
        return _at(error, CodedError(error.message, code=code))
    _log.error("request %s failed at %s", request_id, error.path, exc_info=cause)
    return _at(error, CodedError("internal error", code=INTERNAL, traceId=request_id))


def _cause(error: GraphQLError) -> BaseException | None:
    """The first error that was raised, behind those that only carry it."""
    cause: BaseException | None = error.original_error
    while isinstance(cause, GraphQLError) and not isinstance(cause, CodedError):
        cause = cause.original_error
    return cause


def _at(place: GraphQLError, said: CodedError) -> GraphQLError:
    return GraphQLError(
        said.message,
        nodes=place.nodes,
        source=place.source,
        positions=place.positions,
        path=place.path,
        extensions=said.extensions,
    )
