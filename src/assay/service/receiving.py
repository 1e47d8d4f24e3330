"""Large bodies: straight from the network into the store, never whole in memory."""

from collections.abc import Iterator

from anyio import from_thread
from fastapi import Request
from starlette.concurrency import run_in_threadpool

from assay.service.problems import ServiceError
from assay.service.storage.blobs import Blob

#: What a route with such a body says of it in the API's description.
ANY_BYTES = {"requestBody": {"required": True, "content": {"application/octet-stream": {}}}}


async def keep_body(request: Request) -> Blob:
    """Keep a request's body as a blob; it is durable when this returns.

    Raises
    ------
    TooLargeError
        When it is larger than any upload may be; nothing is kept.
    ServiceError
        When it is empty.
    """
    stream = aiter(request.stream())

    async def following() -> bytes | None:
        return await anext(stream, None)

    def pieces() -> Iterator[bytes]:
        while (piece := from_thread.run(following)) is not None:
            if piece:
                yield piece

    limit = request.app.state.settings.max_upload_bytes
    blob: Blob = await run_in_threadpool(request.app.state.blobs.put, pieces(), limit=limit)
    if blob.size == 0:
        raise ServiceError("The body is empty. Send the file as the body of the request.")
    return blob
