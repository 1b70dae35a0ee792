# SPDX-License-Identifier: MIT
"""Calls over HTTP by urllib and by transports of every kind, good and bad."""
import asyncio
import gc
import threading
import time
import tracemalloc
import unittest
import weakref
from datetime import datetime, timedelta, timezone
from unittest import mock

import tenantca
from support import TENANT, SimulatorTest, needs, python_of
from tenantca import aio, host

ONCE = tenantca.Limits(max_attempts=1)


class Calls(SimulatorTest):
    def setUp(self):
        super().setUp()
        self.legacy = tenantca.legacy(TENANT, endpoint=self.simulator.address)
        self.integrated = tenantca.integrated("s", "g", TENANT, endpoint=self.simulator.address)
        self.limits = tenantca.Limits(judge_at=self.simulator.now)

    def client(self, transport=None, token="a-token", service=None):
        return tenantca.Client(service or self.legacy, token, transport)

    # ---- what it is for ----

    def test_both_services_give_the_same(self):
        for service in (self.legacy, self.integrated):
            with self.subTest(service), self.client(service=service) as client:
                listed = client.list()
                active = client.certificate()
                self.assertEqual((len(listed), listed.tenant), (1, TENANT))
                self.assertEqual(client.certificate("1"), active)
                chain = client.chain()
                self.assertIn(active, chain.certificates)
                self.assertEqual(len(tenantca.Certificate.parse_all(chain.p7b)), 3)
                proof = client.proof("the-code", limits=self.limits)
                self.assertEqual(proof.common_name, "the-code")
                proof.check_issued_by(active)
                self.assertRaises(tenantca.NotFoundError, client.certificate, "9")

    def test_tokens_are_asked_for_with_their_audience(self):
        asked = []

        def token(audience, refresh):
            asked.append((audience, refresh))
            return "aud:" + audience if refresh else "expired"

        self.client(token=token).list()
        self.assertEqual([refresh for _, refresh in asked], [False, True])
        self.assertTrue(asked[0][0].startswith("https://"))

    def test_a_refusal_has_its_status(self):
        with self.assertRaises(tenantca.HTTPError) as caught:
            self.client(token="forbidden").list()
        self.assertEqual(caught.exception.http_status, 403)
        self.assertIsInstance(caught.exception, OSError)
        self.assertNotIn("forbidden-token", str(caught.exception))

    def test_later_means_when(self):
        self.simulator.control("faults", [{"match": "GET /v2", "fault": "status", "status": 503,
                                         "retry_after": 3600, "times": 9}])
        with self.assertRaises(tenantca.RetryLaterError) as caught:
            self.client().list()
        self.assertIsNotNone(caught.exception.retry_at)

    def test_lines_for_a_log_hold_no_token(self):
        lines = []
        tenantca.Client(self.legacy, "secret-token", log=lambda level, text: lines.append(text)).list()
        self.assertGreater(len(lines), 0)
        self.assertFalse([line for line in lines if "secret-token" in line])

    def test_requests_and_httpx_as_the_readme_shows_them(self):
        needs(self, "requests", "httpx")
        shown = {}
        exec(next(block for block in python_of("examples/python/README.md") if "by_httpx" in block), shown)
        for transport in (shown["by_requests"], shown["by_httpx"]):
            self.assertEqual(len(self.client(transport).list()), 1)
            tries = []

            def counted(request, transport=transport, tries=tries):
                tries.append(request)
                return transport(request)

            away = self.client(counted, service=tenantca.legacy(TENANT, endpoint="http://127.0.0.1:1"))
            self.assertRaises(OSError, away.list, tenantca.Limits(max_attempts=2))
            self.assertEqual(len(tries), 2)

    # ---- transports that do wrong ----

    def test_what_a_transport_raises_is_raised_again(self):
        def broken(request):
            raise KeyError("a mistake of its own")

        def interrupted(request):
            raise KeyboardInterrupt

        client = self.client(broken)
        with self.assertRaisesRegex(KeyError, "a mistake"):
            client.list()
        self.assertRaises(KeyboardInterrupt, self.client(interrupted).list)
        self.assertRaisesRegex(KeyError, "a mistake", client.list)  # and is as it was

    def test_a_failure_that_may_pass_is_tried_again(self):
        tries, send = [], tenantca.UrllibTransport()

        def flaky(request):
            tries.append(request.url)
            if len(tries) == 1:
                raise ConnectionResetError("this once")
            return send(request)

        self.assertEqual(len(self.client(flaky).list()), 1)
        self.assertEqual(len(tries), 2)

        def lasting(request):
            raise ConnectionResetError("for ever")

        self.assertRaisesRegex(ConnectionResetError, "for ever", self.client(lasting).list, ONCE)

    def test_nobody_there(self):
        client = self.client(service=tenantca.legacy(TENANT, endpoint="http://127.0.0.1:1"))
        with self.assertRaises(tenantca.TransportError) as caught:
            client.list(ONCE)
        self.assertIsInstance(caught.exception, ConnectionError)
        self.assertIsInstance(caught.exception.__cause__, OSError)

    def test_answers_that_are_none(self):
        for answer, error in ((None, TypeError), (b"", TypeError), ((200, {}), TypeError), ((200, {}, "text"), TypeError),
                              ((200, {"a": 5}, b""), TypeError), ((200, [("a",)], b""), ValueError),
                              ((7, {}, b""), tenantca.ArgumentError), ((200, {}, b""), tenantca.AnswerError),
                              ((2**32 + 200, {}, b""), tenantca.ArgumentError), (("200", {}, b""), TypeError),
                              ((None, {}, b""), TypeError),
                              ((200, {}, b"[]" * 9), tenantca.MalformedError), ((302, {"Location": "/"}, b""), tenantca.HTTPError)):
            with self.subTest(answer):
                self.assertRaises(error, self.client(lambda request, answer=answer: answer).list, ONCE)

    def test_headers_that_are_no_text_are_passed_over(self):
        send = tenantca.UrllibTransport()

        def odd(request):
            answer = send(request)
            return answer._replace(headers=[*answer.headers, ("x", "\u20ac"), ("y", "\udc80"), (b"z", b"\xff")])

        self.assertEqual(len(self.client(odd).list()), 1)

    def test_a_huge_body(self):
        limits = tenantca.Limits(max_reply_bytes=1000, max_attempts=1)
        huge = self.client(lambda request: tenantca.Response(200, {}, b" " * (request.max_reply_bytes + 1)))
        self.assertRaises(tenantca.LimitError, huge.list, limits)
        self.assertRaises(tenantca.LimitError, self.client().list, limits)  # urllib reads no more than it must

    def test_what_was_got_over_is_forgotten(self):
        """A lost connection, and then something else: that is what is raised, without a false cause."""
        send, tries = tenantca.UrllibTransport(), []

        def once(request):
            tries.append(request)
            if len(tries) == 1:
                raise ConnectionResetError
            return send(request)

        with self.assertRaises(tenantca.HTTPError) as caught:
            self.client(once, "forbidden").list()
        self.assertIsNone(caught.exception.__cause__)

        def ending(request):
            call.cancel()
            raise ConnectionResetError

        call = self.legacy.list()
        self.assertRaises(tenantca.CancelledError, self.client(ending).run, call)

    def test_a_call_closed_by_its_own_transport(self):
        def closing(request):
            call.close()
            raise KeyError("a mistake")

        call = self.legacy.list()
        self.assertRaisesRegex(KeyError, "a mistake", self.client(closing).run, call)

    def test_an_answer_that_ends_early_is_tried_again(self):
        self.simulator.control("faults", [{"match": "GET /v2", "fault": "truncate", "times": 1}])
        self.assertEqual(len(self.client().list()), 1)
        self.simulator.control("faults", [{"match": "GET /v2", "fault": "truncate", "times": 9}])
        self.assertRaises(tenantca.TransportError, self.client().list, ONCE)

    def test_a_drop_now_and_then_ends_with_its_time(self):
        self.simulator.control("faults", [{"match": "GET /v2", "fault": "slow", "times": 9}])
        before = time.monotonic()
        with self.assertRaisesRegex(tenantca.TransportError, "too long"):
            self.client(tenantca.UrllibTransport(timeout=2)).list(ONCE)
        self.assertLess(time.monotonic() - before, 5)

    def test_calling_back_into_the_client(self):
        def again(request):
            return client.list()

        client = self.client(again)
        self.assertRaises(tenantca.BusyError, client.list)

        def closing(request):
            other.close()
            return tenantca.UrllibTransport()(request)

        other = self.client(closing)
        self.assertEqual(len(other.list()), 1)
        self.assertRaises(tenantca.ClosedError, other.list)

    def test_urllib_looks_at_no_redirect(self):
        import http.server

        class Elsewhere(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(302)
                self.send_header("Location", "http://[x")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        with http.server.HTTPServer(("127.0.0.1", 0), Elsewhere) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            answer = tenantca.UrllibTransport()(tenantca.Request(
                "GET", "http://127.0.0.1:%d/" % server.server_port, {}, None, 100, None))
            server.shutdown()
        self.assertEqual(answer.status, 302)

    def test_redirects_are_not_followed(self):
        seen = []

        def redirecting(request):
            seen.append(request.url)
            return tenantca.Response(302, {"Location": self.simulator.address + "/elsewhere"}, b"")

        self.assertRaises(tenantca.HTTPError, self.client(redirecting).list, ONCE)
        self.assertEqual(len(seen), 1)

    def test_bad_arguments(self):
        self.assertRaises(TypeError, tenantca.Client, None, "token")
        self.assertRaises(TypeError, tenantca.Client, self.legacy, None)
        self.assertRaises(TypeError, tenantca.Client, self.legacy, "token", 5)
        self.assertRaises(TypeError, tenantca.Client, self.legacy, "token", None, 5)
        self.assertRaises(TypeError, self.client().list, 5)
        for limits in (tenantca.Limits(max_attempts=-1), tenantca.Limits(max_pages=2**32)):
            self.assertRaises(tenantca.ArgumentError, self.client().list, limits)
        self.assertRaises(TypeError, self.client().list, tenantca.Limits(max_attempts="1"))
        self.assertRaises(TypeError, self.client().run, None)
        self.assertRaises(TypeError, tenantca.legacy, None, 5)
        self.assertRaises(tenantca.ArgumentError, tenantca.legacy, "contoso")
        self.assertRaises(tenantca.ArgumentError, tenantca.legacy, TENANT, "ftp://somewhere")
        self.assertRaises(tenantca.NaiveDatetimeError, self.client().list,
                          tenantca.Limits(deadline=self.simulator.now.replace(tzinfo=None)))
        self.assertRaises(TypeError, self.client(token=lambda audience, refresh: None).list)
    def test_a_call_can_be_cancelled_from_elsewhere(self):
        send = tenantca.UrllibTransport()

        def slow(request):
            threading.Thread(target=call.cancel).start()
            threading.Event().wait(0.1)
            return send(request)

        call = self.legacy.list()
        self.assertRaises(tenantca.CancelledError, self.client(slow).run, call)

    def test_cancelling_does_not_wait(self):
        self.simulator.control("faults", [{"match": "GET /v2", "fault": "status", "status": 503, "retry_after": 20,
                                         "times": 9}])
        call = self.legacy.list()
        threading.Timer(0.2, call.cancel).start()
        before = time.monotonic()
        self.assertRaises(tenantca.CancelledError, self.client().run, call)
        self.assertLess(time.monotonic() - before, 5)

    def test_a_call_is_good_for_one_run(self):
        call = self.legacy.list()
        self.client().run(call)
        self.assertRaises(tenantca.BusyError, self.client().run, call)
        self.assertRaises(tenantca.BusyError, asyncio.run, aio.Client(self.legacy, "t").run(call))

    def test_waits_are_by_chance(self):
        """A fleet is not to come back in step."""
        def lost(request):
            raise ConnectionResetError

        with mock.patch.object(host.os, "urandom", side_effect=host.os.urandom) as chance:
            self.assertRaises(ConnectionResetError, self.client(lost).list, ONCE)
        self.assertTrue(chance.called)

    # ---- nothing is left behind ----

    def test_nothing_is_leaked(self):
        def fail(request):
            raise ValueError

        class Server:  # a cycle, as a program's own classes make it
            def __init__(self, service):
                self.client = tenantca.Client(service, self.token, log=self.log)

            def token(self, audience, refresh):
                return "t"

            def log(self, level, text):
                pass

        def use():
            with self.client(token=lambda audience, refresh: "t") as client:
                client.chain()
            Server(self.legacy).client.list()
            self.assertRaises(ValueError, self.client(fail).list)
            self.assertRaises(tenantca.HTTPError, self.client(token="forbidden").list)

        use()
        gc.collect()
        lent = len(host._loans)
        tracemalloc.start()
        use()
        gc.collect()
        before = tracemalloc.take_snapshot()
        for _ in range(20):
            use()
        gc.collect()
        grown = sum(one.size_diff for one in tracemalloc.take_snapshot().compare_to(before, "filename")
                    if "/tenantca/" in one.traceback[0].filename)
        tracemalloc.stop()
        self.assertEqual(len(host._loans), lent)
        self.assertLess(grown, 10000)

    def test_a_transport_goes_with_its_client(self):
        class Mine(tenantca.UrllibTransport):
            pass

        transport = Mine()
        client, seen = self.client(transport), weakref.ref(transport)
        del transport
        client.list()
        self.assertIsNotNone(seen())
        del client
        gc.collect()
        self.assertIsNone(seen())


class AsyncCalls(SimulatorTest):
    def setUp(self):
        super().setUp()
        self.service = tenantca.legacy(TENANT, endpoint=self.simulator.address)

    def test_calls_are_stepped_without_a_thread(self):
        send, threads = tenantca.UrllibTransport(), set()

        async def transport(request):
            threads.add(threading.get_ident())
            await asyncio.sleep(0)
            return send(request)

        async def token(audience, refresh):
            return "aud:" + audience

        async def use():
            client = aio.Client(self.service, token, transport)
            listed, active = await asyncio.gather(client.list(), client.certificate())
            return len(listed), active.tenant_id

        self.assertEqual(asyncio.run(use()), (1, TENANT))
        self.assertEqual(threads, {threading.get_ident()})

    def test_by_default_urllib_works_in_a_thread(self):
        async def use():
            client = aio.Client(self.service, "token")
            proof = await client.proof("code", limits=tenantca.Limits(judge_at=self.simulator.now))
            return (await client.chain()).certificates, proof.common_name

        chain, name = asyncio.run(use())
        self.assertEqual((len(chain), name), (3, "code"))

    def test_what_goes_wrong(self):
        async def broken(request):
            raise KeyError("a mistake")

        async def lost(request):
            raise ConnectionResetError("lost")

        async def none(request):
            return None

        for transport, error in ((broken, KeyError), (lost, ConnectionResetError), (none, TypeError)):
            self.assertRaises(error, asyncio.run, aio.Client(self.service, "t", transport).list(ONCE))
        with self.assertRaises(tenantca.HTTPError):
            asyncio.run(aio.Client(self.service, "forbidden").list())
        self.assertRaises(TypeError, aio.Client, self.service, None)
        self.assertRaises(TypeError, aio.Client, None, "t")
        self.assertRaises(TypeError, aio.Client, self.service, "t", 5)

    def test_a_deadline_holds_for_a_transport_that_hangs(self):
        async def never(request):
            await asyncio.sleep(3600)

        async def use():
            deadline = datetime.now(timezone.utc) + timedelta(seconds=2)
            await aio.Client(self.service, "t", never).list(tenantca.Limits(deadline=deadline))

        self.assertRaises(tenantca.DeadlineError, asyncio.run, asyncio.wait_for(use(), 30))

    def test_a_time_out_of_asyncio_may_pass(self):
        send, tries = tenantca.UrllibTransport(), []

        async def once(request):
            tries.append(request)
            if len(tries) == 1:
                raise asyncio.TimeoutError
            return send(request)

        self.assertEqual(len(asyncio.run(aio.Client(self.service, "t", once).list())), 1)

        async def always(request):
            raise TimeoutError("of its own")

        with self.assertRaisesRegex(TimeoutError, "of its own"):
            asyncio.run(aio.Client(self.service, "t", always).list(ONCE))

    def test_cancelling_a_call_does_not_wait(self):
        self.simulator.control("faults", [{"match": "GET /v2", "fault": "status", "status": 503, "retry_after": 20,
                                         "times": 9}])

        async def use():
            call = self.service.list()
            asyncio.get_running_loop().call_later(0.2, call.cancel)
            await aio.Client(self.service, "t").run(call)

        before = time.monotonic()
        self.assertRaises(tenantca.CancelledError, asyncio.run, use())
        self.assertLess(time.monotonic() - before, 5)

    def test_two_tasks_do_not_share_a_call(self):
        async def use():
            call, client = self.service.list(), aio.Client(self.service, "t")
            return await asyncio.gather(client.run(call), client.run(call), return_exceptions=True)

        first, second = asyncio.run(use())
        self.assertEqual((len(first), type(second)), (1, tenantca.BusyError))

    def test_a_task_can_be_cancelled(self):
        async def never(request):
            await asyncio.sleep(3600)

        async def use():
            task = asyncio.ensure_future(aio.Client(self.service, "t", never).list())
            await asyncio.sleep(0.05)
            task.cancel()
            await task

        self.assertRaises(asyncio.CancelledError, asyncio.run, use())

    def test_the_plain_client_in_a_thread(self):
        async def use():
            return await asyncio.to_thread(tenantca.Client(self.service, "t").list)

        self.assertEqual(len(asyncio.run(use())), 1)


if __name__ == "__main__":
    unittest.main()
