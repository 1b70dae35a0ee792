# SPDX-License-Identifier: MIT
"""TLS servers through a whole rollover without a restart, with real clients and certificates that are issued
as time goes on. The servers go by the machine's clock, so the activation is laid two minutes before now."""
import importlib.util
import logging
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

import tenantca
from support import DAY, ROOT, STRANGER, TENANT, Simulator, needs, python_of, run_python

EXAMPLES = ROOT / "examples/python/examples"
sys.path.insert(0, str(EXAMPLES))
VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


class ServerTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.activation = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(seconds=120)
        self.simulator = Simulator(self.activation - 685 * DAY)
        self.addCleanup(self.simulator.close)
        self.client = tenantca.Client(tenantca.legacy(TENANT, endpoint=self.simulator.address), "t")
        self.certificate, self.key = str(self.folder / "server.pem"), str(self.folder / "server.key")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-keyout", self.key, "-out", self.certificate], check=True, capture_output=True)
        logging.getLogger().setLevel(logging.CRITICAL)
        self.addCleanup(logging.getLogger().setLevel, logging.WARNING)

    def current(self, previous=None):
        return tenantca.TrustSet(self.client.list(), now=self.simulator.now, previous=previous)

    def device(self, name, tenant=TENANT):
        path = self.folder / name
        path.write_text("".join(self.simulator.device(tenant)))
        return str(path)

    def go_to(self, seconds):
        self.simulator.go_to(self.activation + timedelta(seconds=seconds))

    def knock(self, port, device, version, name=None):
        """What a device is told: a greeting, or None."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = context.maximum_version = version
        if device is not None:
            context.load_cert_chain(device)
        try:
            with socket.create_connection(("127.0.0.1", port), 10) as plain:
                with context.wrap_socket(plain, server_hostname=name) as connection:
                    connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
                    said = b""
                    while True:
                        more = connection.recv(4096)
                        if not more:
                            break
                        said += more
                    return said.decode() if b"welcome" in said else None
        except OSError:
            return None

    def assert_lets_in(self, port, device):
        for version in VERSIONS:
            for name in (None, "localhost"):
                with self.subTest(device=device, version=version, name=name):
                    said = self.knock(port, device, version, name)
                    self.assertIsNotNone(said)
                    self.assertIn("welcome 00aa", said)

    def assert_refuses(self, port, device):
        for version in VERSIONS:
            with self.subTest(device=device, version=version):
                self.assertIsNone(self.knock(port, device, version))

    def assert_refuses_strangers(self, port):
        self.assert_refuses(port, None)
        other = self.device("other.pem", STRANGER)
        self.assert_refuses(port, other)
        upper = tenantca.Client(tenantca.legacy(STRANGER, endpoint=self.simulator.address), "t").chain()
        Path(other).write_text(Path(other).read_text() + "".join(one.pem for one in upper.certificates))
        self.assert_refuses(port, other)


class _NoLogs:
    """unittest's assertNoLogs() came with Python 3.10."""

    def __init__(self, test, name):
        self.test, self.name = test, name

    def __enter__(self):
        self.context = self.test.assertLogs(self.name)
        self.watcher = self.context.__enter__()

    def __exit__(self, kind, value, traceback):
        try:
            self.context.__exit__(kind, value, traceback)
        except AssertionError:
            return
        if kind is None:
            self.test.fail(self.watcher.output)


class Ssl(ServerTest):
    """The ssl module, through the example's http.server."""

    def start(self):
        import http_server

        devices = self.current().server_context(self.certificate, self.key)
        http_server.Greeting.devices = devices
        http_server.Greeting.log_message = lambda *_: None
        server = http_server.Server(("127.0.0.1", 0), http_server.Greeting)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return devices, server.server_port

    def test_a_whole_rollover(self):
        self.go_to(-60)
        devices, port = self.start()
        older = self.device("older.pem")
        self.assert_lets_in(port, older)
        self.assert_refuses_strangers(port)
        self.assertIsNone(devices.mixed_until)
        # The mixed day: one of the two is refused, before the swap B's and after it A's, and it is said.
        self.go_to(1)
        newer = self.device("newer.pem")
        self.assert_refuses(port, newer)
        with self.assertLogs("tenantca", "WARNING") as said:
            devices.swap(self.current(devices.trust_set))
        self.assertEqual(devices.trust_set.generation, 2)
        self.assertEqual(len(said.output), 1)
        self.assertIn(devices.trust_set.active_thumbprints()[TENANT], said.output[0])
        self.assertIn("are refused", said.output[0])
        self.assertEqual(devices.mixed_until, self.simulator.now + DAY)
        self.assert_lets_in(port, newer)
        self.assert_refuses(port, older)
        self.assert_refuses_strangers(port)
        # The next set changes nothing of that.
        mixed_until = devices.mixed_until
        devices.swap(self.current(devices.trust_set))
        self.assertEqual(devices.mixed_until, mixed_until)
        # What cannot be used changes nothing.
        self.assertRaises(tenantca.LastAnchorError, devices.swap, tenantca.TrustSet(tenantca.Inventory.parse(
            self.client.list()[0].certificate), now=self.simulator.now + 9999 * DAY))
        self.assert_lets_in(port, newer)

    def test_the_mixed_day_is_told_of_each_tenant_by_itself(self):
        self.go_to(-60)
        other = tenantca.Client(tenantca.legacy(STRANGER, endpoint=self.simulator.address), "t")

        def both(*clients):
            return tenantca.TrustSet(*(client.list() for client in clients), now=self.simulator.now)

        with self.assertNoLogs("tenantca"):
            devices = both(self.client).server_context(self.certificate, self.key)
            for clients in ((self.client, other), (other, self.client), (self.client,)):
                devices.swap(both(*clients))
        self.assertIsNone(devices.mixed_until)
        self.go_to(1)
        with self.assertLogs("tenantca") as said:
            devices.swap(both(self.client, other))
        self.assertEqual(len(said.output), 2)
        self.assertEqual(devices.mixed_until, self.simulator.now + DAY)
        # Whoever begins on that day, or one that could be it, knows too; later there is nothing to tell.
        self.go_to(3600)
        with self.assertLogs("tenantca"):
            late = both(self.client).server_context(self.certificate, self.key)
        self.assertEqual(late.mixed_until, self.simulator.now + DAY)
        self.go_to(17 * 86400)
        with self.assertNoLogs("tenantca"):
            self.assertIsNone(both(self.client).server_context(self.certificate, self.key).mixed_until)

    def assertNoLogs(self, name):
        return _NoLogs(self, name)

    def visit(self, port, device, version, *options):
        """What OpenSSL's client is told, and what it says of the session."""
        return subprocess.run(
            ["openssl", "s_client", "-connect", "127.0.0.1:%d" % port, version, "-cert", device, "-key", device,
             *options], input=b"GET / HTTP/1.0\r\n\r\nQ\n", capture_output=True, timeout=20).stdout

    def test_a_resumed_session_is_judged_again(self):
        self.go_to(1)
        devices = self.current().server_context(self.certificate, self.key)
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        resumed, verdicts = [], []

        def serve():
            for _ in range(3):
                with devices.wrap_socket(listener.accept()[0]) as connection:
                    connection.recv(4096)
                    resumed.append(connection.session_reused)
                    try:
                        verdicts.append(devices.verdict(connection).trusted)
                    except tenantca.NotTrustedError as refused:
                        verdicts.append(refused.reason)
                    try:
                        connection.unwrap()  # without that OpenSSL forgets the session
                    except OSError:
                        pass

        server = threading.Thread(target=serve, daemon=True)
        server.start()
        device, session, port = self.device("device.pem"), str(self.folder / "session"), listener.getsockname()[1]
        self.visit(port, device, "-tls1_2", "-sess_out", session)
        self.visit(port, device, "-tls1_2", "-sess_in", session)
        self.simulator.control("revoke", tenant=TENANT, thumbprint=devices.trust_set.active_thumbprints()[TENANT])
        devices.swap(self.current(devices.trust_set))
        self.visit(port, device, "-tls1_2", "-sess_in", session)
        server.join(20)
        self.assertEqual(resumed, [False, True, True])
        self.assertEqual(verdicts[:2], [True, True])
        self.assertNotEqual(verdicts[2], True)

    def test_sessions_of_tls_1_3_are_not_resumed(self):
        self.go_to(1)
        _, port = self.start()
        session = self.folder / "session"
        self.assertIn(b"welcome", self.visit(port, self.device("device.pem"), "-tls1_3", "-ign_eof", "-sess_out", str(session)))
        self.assertFalse(session.exists())

    def test_bad_input(self):
        self.go_to(1)
        trusted = self.current()
        self.assertRaises(OSError, trusted.server_context, "/nowhere.pem")
        self.assertRaises(tenantca.LastAnchorError, tenantca.TrustSet().server_context, self.certificate, self.key)
        devices = trusted.server_context(self.certificate, self.key)
        self.assertRaises(TypeError, devices.swap, None)
        self.assertIs(devices.trust_set, trusted)


class PyOpenSsl(ServerTest):
    def start(self):
        needs(self, "OpenSSL")
        import pyopenssl_server

        devices = pyopenssl_server.Devices(self.certificate, self.key, self.current())
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def serve():
            while True:
                try:
                    accepted, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=devices.serve, args=(accepted,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        return devices, listener.getsockname()[1]

    def test_a_whole_rollover_refuses_no_device(self):
        self.go_to(-60)
        devices, port = self.start()
        older = self.device("older.pem")
        self.assert_lets_in(port, older)
        self.assert_refuses_strangers(port)
        self.go_to(1)
        newer = self.device("newer.pem")
        self.assert_lets_in(port, newer)  # with the set as it was: the successor was in it
        devices.trust_set = self.current(devices.trust_set)
        self.assert_lets_in(port, newer)
        self.assert_lets_in(port, older)
        self.assert_refuses_strangers(port)
        active = devices.trust_set.active_thumbprints()[TENANT]
        self.simulator.control("revoke", tenant=TENANT, thumbprint=active)
        devices.trust_set = self.current(devices.trust_set)
        self.assert_refuses(port, newer)
        self.assert_lets_in(port, older)
        self.go_to(86400)
        devices.now = lambda: self.simulator.now
        devices.trust_set = self.current(devices.trust_set)
        self.assert_refuses(port, older)
        self.assert_lets_in(port, self.device("newest.pem"))


class Programs(ServerTest):
    """Each example starts as its first lines say, and serves."""

    def test_they_serve(self):
        self.go_to(1)
        device = self.device("device.pem")
        needs(self, "OpenSSL")
        for name in ("http_server.py", "pyopenssl_server.py"):
            with self.subTest(name):
                program = subprocess.Popen([sys.executable, str(EXAMPLES / name), self.certificate, self.key,
                                            self.simulator.address, TENANT], stdout=subprocess.PIPE,
                                           stderr=subprocess.DEVNULL, text=True)
                try:
                    line = program.stdout.readline()
                    self.assert_lets_in(int(line.rsplit(":", 1)[1]), device)
                finally:
                    program.kill()
                    program.wait()
                    program.stdout.close()

    def free_port(self):
        with socket.create_server(("127.0.0.1", 0)) as one:
            return one.getsockname()[1]

    def run_until_it_listens(self, port, *command, **environment):
        program = subprocess.Popen([sys.executable, *command], env=dict(os.environ, **environment),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(program.wait)
        self.addCleanup(program.terminate)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                self.assertIsNone(program.poll(), "it has ended")
                time.sleep(0.1)
        self.fail("it does not listen")

    def test_uvicorn(self):
        needs(self, "uvicorn")
        self.go_to(1)
        port = self.free_port()
        self.run_until_it_listens(port, str(EXAMPLES / "uvicorn_server.py"), self.certificate, self.key,
                                  self.simulator.address, TENANT, str(port))
        for version in VERSIONS:
            self.assertIn("welcome 00aa", self.knock(port, self.device("device.pem"), version) or "")
        self.assert_refuses_strangers(port)

    def test_uvicorn_gives_nothing_of_a_refused_device_to_the_application(self):
        needs(self, "uvicorn")
        said = run_python("""
import asyncio, sys
sys.path.insert(0, %r)
import tenantca, uvicorn, uvicorn_server
class Devices:
    def verdict(self, connection): raise tenantca.NotTrustedError("no")
class Transport(asyncio.Transport):
    def abort(self): print("aborted")
    def is_closing(self): return True
    def pause_reading(self): pass
    def resume_reading(self): pass
    def write(self, data): print(data)
async def app(scope, receive, send): print("asked", scope["path"])
async def main():
    config = uvicorn.Config(app, lifespan="off", log_level="critical")
    config.load()
    uvicorn_server.Judged.devices = Devices()
    from uvicorn.server import ServerState
    protocol = uvicorn_server.Judged(config=config, server_state=ServerState())
    protocol.connection_made(Transport())
    protocol.data_received(b"GET /dangerous HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n")
    await asyncio.sleep(0.1)
asyncio.run(main())
""" % str(EXAMPLES))
        self.assertEqual(said.stdout, "aborted\n", said.stderr)

    def apply(self):
        place = tenantca.anchors("edge", tenantca.TrustFile(self.folder / "trust.pem"))
        rollout = tenantca.Rollout("contoso", self.client.service, [place])
        self.client.run(rollout.apply(limits=tenantca.Limits(judge_at=self.simulator.now)))

    def test_gunicorn(self):
        needs(self, "gunicorn")
        self.go_to(-60)
        self.apply()
        (self.folder / "application.py").write_text(
            "def app(environ, start):\n    start('200 OK', [])\n"
            "    return [('welcome %s' % environ['tenantca.verdict'].device_id).encode()]\n")
        port = self.free_port()
        self.run_until_it_listens(port, "-m", "gunicorn", "--config", str(EXAMPLES / "gunicorn_conf.py"),
                                  "--chdir", str(self.folder), "application:app",
                                  BIND="127.0.0.1:%d" % port, TENANTCA_FOLDER=str(self.folder))
        older = self.device("older.pem")
        for version in VERSIONS:
            self.assertIn("welcome 00aa", self.knock(port, older, version) or "")
        self.assert_refuses_strangers(port)
        self.go_to(1)
        newer = self.device("newer.pem")
        self.apply()
        for version in VERSIONS:
            self.assertIn("welcome 00aa", self.knock(port, newer, version) or "")

    def gunicorn_conf(self):
        spec = importlib.util.spec_from_file_location("gunicorn_conf", EXAMPLES / "gunicorn_conf.py")
        conf = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(conf)
        conf.certfile, conf.keyfile, conf.ca_certs = self.certificate, self.key, str(self.folder / "trust.pem")
        return conf

    def test_what_gunicorn_asks_from_21_on(self):
        """The context for each connection: it is the same one, and its trust is what the file says by then."""
        self.go_to(-60)
        self.apply()
        conf = self.gunicorn_conf()
        context, running = conf.ssl_context(None, None), threading.active_count()
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def application(environ, start_response):
            return [b"welcome " + environ["tenantca.verdict"].device_id.encode()]

        def serve():
            while True:
                try:
                    accepted, _ = listener.accept()
                except OSError:
                    return
                try:
                    with conf.ssl_context(None, None).wrap_socket(accepted, server_side=True) as connection:
                        connection.recv(4096)
                        connection.sendall(b"".join(conf.Judged(application)(
                            {"gunicorn.socket": connection}, lambda status, headers: None)))
                except OSError:
                    pass

        threading.Thread(target=serve, daemon=True).start()
        port = listener.getsockname()[1]
        self.assert_lets_in(port, self.device("older.pem"))
        self.assert_refuses_strangers(port)
        self.go_to(1)
        newer = self.device("newer.pem")
        self.assert_refuses(port, newer)
        self.apply()
        self.assert_lets_in(port, newer)
        good = Path(conf.ca_certs).read_bytes()
        Path(conf.ca_certs).write_text("damaged")
        self.assert_lets_in(port, newer)  # the set stays as it was
        self.assertGreater(conf.devices._again, time.monotonic())
        os.unlink(conf.ca_certs)
        conf.devices._again = 0.0
        self.assert_lets_in(port, newer)
        Path(conf.ca_certs).write_bytes(good)
        conf.devices._again = 0.0
        self.assert_lets_in(port, newer)
        self.assertEqual(conf.devices._read[1], os.stat(conf.ca_certs).st_mtime_ns)
        self.assertIs(conf.ssl_context(None, None), context)
        self.assertEqual(threading.active_count(), running + 1)  # that of this test

    def test_the_application_sees_no_device_that_does_not_belong(self):
        self.go_to(1)
        self.apply()
        conf, said = self.gunicorn_conf(), []

        class Resumed:
            def getpeercert(self, binary_form):
                return ssl.PEM_cert_to_DER_cert(stranger)

        stranger = self.simulator.device(STRANGER)[0]
        body = conf.Judged(None)({"gunicorn.socket": Resumed()}, lambda status, headers: said.append(status))
        self.assertEqual((said, body), (["403 Forbidden"], [b"unknown-issuer\n"]))

    def test_a_rollover(self):
        self.go_to(1)
        trust_file, printed = self.folder / "edge.pem", []
        for _ in range(2):
            said = subprocess.run([sys.executable, str(EXAMPLES / "rollover.py"), self.simulator.address, TENANT,
                                   str(trust_file), str(self.folder / "store")], capture_output=True, text=True,
                                  timeout=60)
            self.assertEqual((said.returncode, said.stderr), (0, ""))
            self.assertTrue(said.stdout.endswith("0 steps left, 0 failed\n"), said.stdout)
            printed.append(said.stdout.splitlines())
        self.assertEqual(len(tenantca.Certificate.parse_all(trust_file)), 2)
        self.assertGreater(len(printed[0]), 2)
        self.assertEqual(len(printed[1]), 1, printed[1])  # each change is told once

    def test_what_the_readme_shows(self):
        said = run_python(python_of("examples/python/README.md")[0])
        self.assertEqual((said.returncode, said.stderr), (0, ""))
        self.assertEqual(len(said.stdout.splitlines()), 4)


if __name__ == "__main__":
    unittest.main()
