"""Bodies of requests as they come: large ones straight into the store, never whole in memory."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus

from anyio import from_thread, to_thread
from fastapi import Request

from assay.service.problems import ServiceError
from assay.service.storage.blobs import Blob

#: What a route with such a body says of it in the API's description.
ANY_BYTES = {"requestBody": {"required": True, "content": {"application/octet-stream": {}}}}

#: Large bodies that are taken at once; further ones wait, and keep no thread from anybody else.
KEPT_AT_ONCE = 16

#: Seconds for which a body that does not go on is waited for.
SILENCE_S = 60.0


class SilentError(ServiceError):
    """A body that stopped coming."""

    status = HTTPStatus.REQUEST_TIMEOUT


async def pieces_of(request: Request) -> AsyncIterator[bytes]:
    """Yield a request's body as it comes.

    Raises
    ------
    SilentError
        When it does not go on.
    """
    stream = aiter(request.stream())
    while True:
        try:
            async with asyncio.timeout(SILENCE_S):
                piece = await anext(stream, None)
        except TimeoutError:
            raise SilentError(
                f"The body stopped coming for {SILENCE_S:g} s. Send the request again."
            ) from None
        if piece is None:
            return
        yield piece


async def keep_body(request: Request) -> Blob:
    """Keep a request's body as a blob; it is durable when this returns.

    Raises
    ------
    TooLargeError
        When it is larger than any upload may be; nothing is kept.
    ServiceError
        When it is empty, or stops coming.
    """
    stream = pieces_of(request)

    async def following() -> bytes | None:
        return await anext(stream, None)

    def pieces() -> Iterator[bytes]:
        while (piece := from_thread.run(following)) is not None:
            if piece:
                yield piece

    def keep() -> Blob:
        state = request.app.state
        kept: Blob = state.blobs.put(pieces(), limit=state.settings.max_upload_bytes)
        return kept

    blob = await to_thread.run_sync(keep, limiter=request.app.state.receivers)
    if blob.size == 0:
        raise ServiceError("The body is empty. Send the file as the body of the request.")
    return blob
