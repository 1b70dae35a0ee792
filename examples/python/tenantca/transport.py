# SPDX-License-Identifier: MIT
"""HTTP for the library: what it asks for, what it is given, and urllib between the two."""
from time import monotonic
from typing import Any, Callable, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple, Union

from .errors import TransportError

PIECE = 1 << 16


class Request(NamedTuple):
    """An HTTP exchange that the library wants. Follow no redirect."""

    method: str
    url: str
    headers: Dict[str, str]  #: with Authorization: never to be logged
    body: Optional[bytes]
    max_reply_bytes: int  #: a larger body of an answer is refused
    timeout: Optional[float]  #: seconds that are left to the call; None: no end

    def __repr__(self) -> str:
        return "<Request %s %s>" % (self.method, self.url)  # whose headers hold a token


class Response(NamedTuple):
    """Its answer. Headers that are no text in latin-1 are passed over: the library asks for none of that kind."""

    status: int
    headers: Union[Mapping[str, str], Iterable[Tuple[str, str]]]
    body: bytes


Transport = Callable[[Request], Response]


class UrllibTransport:
    """HTTP by the standard library: the system's proxies and CA certificates, no redirects.

    `timeout` bounds the answer's body as a whole, and each wait before it.
    """

    def __init__(self, timeout: float = 60.0, context: Any = None) -> None:
        self.timeout = timeout
        self._context = context
        self._opener: Any = None

    def _make_opener(self) -> Any:
        import urllib.request

        class NoRedirect(urllib.request.HTTPRedirectHandler):
            def http_error_302(self, *_: Any) -> None:  # nor is a Location looked at
                return None

            http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302  # type: ignore[assignment]

        handlers: List[Any] = [NoRedirect]
        if self._context is not None:
            handlers.append(urllib.request.HTTPSHandler(context=self._context))
        return urllib.request.build_opener(*handlers)

    def __call__(self, request: Request) -> Response:
        import http.client
        import urllib.error
        import urllib.request

        if self._opener is None:
            self._opener = self._make_opener()
        asked = urllib.request.Request(request.url, request.body, request.headers, method=request.method)
        if request.method == "POST" and request.body is None:
            asked.data = b""
        timeout = self.timeout if request.timeout is None else min(self.timeout, request.timeout)
        ends = monotonic() + timeout
        try:
            try:
                answer = self._opener.open(asked, timeout=timeout)
            except urllib.error.HTTPError as refused:
                answer = refused
            with answer:
                return Response(answer.status, answer.headers.items(), _read(answer, request.max_reply_bytes, ends))
        except (OSError, http.client.HTTPException) as error:
            raise TransportError("%s: %s" % (type(error).__name__, error)) from error


def _read(answer: Any, most: int, ends: float) -> bytes:
    """The body, or one byte more than is allowed. A socket's time-out is that of each wait only, so that a drop
    now and then would keep an answer going for ever."""
    body = bytearray()
    while len(body) <= most:
        piece = answer.read1(min(PIECE, most + 1 - len(body)))
        if not piece:
            if getattr(answer, "length", None):
                raise ConnectionError("the answer ended early")
            break
        body += piece
        if monotonic() > ends:
            raise TimeoutError("the answer took too long")
    return bytes(body)
