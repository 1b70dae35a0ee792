# SPDX-License-Identifier: MIT
"""Which devices belong: verdicts, refusals, evidence of use, threads."""
import threading
import unittest

import tenantca
from support import DAY, NOW, TENANT, VECTORS, vector


def make_set(now=NOW, **options):
    return tenantca.TrustSet(tenantca.Inventory.parse(VECTORS / "integrated-list.json"), now=now, **options)


class Verdicts(unittest.TestCase):
    def setUp(self):
        self.trusted = make_set()
        self.device = vector("device-of-a.der")

    def test_a_device_of_either_certificate(self):
        for name, phase in (("device-of-a.der", "none"), ("device-of-b.der", "new")):
            verdict = self.trusted.verify(vector(name), NOW)
            self.assertTrue(verdict.trusted)
            self.assertEqual((verdict.reason, verdict.tenant, verdict.ca_phase), ("trusted", TENANT, phase))
            self.assertEqual(len(verdict.device_id), 128)
            self.assertGreater(verdict.valid_until, NOW)
            self.assertIn(verdict.ca_thumbprint,
                          [vector_thumbprint("tenant-ca-a.der"), vector_thumbprint("tenant-ca-b.der")])

    def test_refusals_have_a_reason(self):
        for name, now, expected, reason in (
                ("device-of-other-tenant.der", NOW, {}, "unknown-issuer"),
                ("device-of-a.der", NOW + 2 * DAY, {}, "expired"),
                ("device-of-a.der", NOW - 2 * DAY, {}, "not-yet-valid"),
                ("device-of-a.der", NOW, {"tenant": "2" + TENANT[1:]}, "wrong-tenant"),
                ("tenant-ca-a.der", NOW, {}, "unknown-issuer"),
                ("root.der", NOW, {}, "unknown-issuer")):
            with self.subTest(reason):
                verdict = self.trusted.judge(vector(name), now, **expected)
                self.assertEqual((verdict.trusted, verdict.reason, verdict.device_id), (False, reason, None))
                self.assertGreater(len(verdict.text), 10)
                self.assertIsNone(verdict.valid_until)
                with self.assertRaises(tenantca.NotTrustedError) as caught:
                    self.trusted.verify(vector(name), now, **expected)
                self.assertIsInstance(caught.exception, PermissionError)
                self.assertEqual((caught.exception.reason, caught.exception.verdict.reason), (reason, reason))
        self.assertEqual(self.trusted.judge(b"garbage", NOW).reason, "malformed")
        flipped = bytearray(self.device)
        flipped[-1] ^= 1
        self.assertEqual(self.trusted.judge(flipped, NOW).reason, "signature")

    def test_the_expected_tenant(self):
        self.assertEqual(self.trusted.verify(self.device, NOW, tenant=TENANT.upper()).tenant, TENANT)
        self.assertRaises(tenantca.MalformedError, self.trusted.verify, self.device, NOW, tenant="contoso")

    def test_bad_input(self):
        for certificate in (None, "text", 5, self.device.decode("latin-1")):
            self.assertRaises(TypeError, self.trusted.verify, certificate, NOW)
        self.assertRaises(tenantca.NaiveDatetimeError, self.trusted.verify, self.device, NOW.replace(tzinfo=None))
        self.assertRaises(TypeError, self.trusted.verify, self.device, NOW, usage=5)
        self.assertRaises(TypeError, self.trusted.verify, self.device, NOW, cache=tenantca.Usage())
        self.assertRaises(TypeError, tenantca.TrustSet, None)
        self.assertRaises(TypeError, tenantca.TrustSet, previous=5)
        self.trusted.close()
        self.assertRaises(tenantca.ClosedError, self.trusted.verify, self.device, NOW)
        self.assertEqual(repr(self.trusted), "<TrustSet, closed>")

    def test_a_verdict_outlives_its_set(self):
        verdict = self.trusted.verify(self.device, NOW)
        self.trusted.close()
        self.assertEqual(verdict.tenant, TENANT)

    def test_what_a_set_says_of_itself(self):
        again = make_set(previous=self.trusted)
        self.assertEqual((self.trusted.generation, again.generation), (1, 2))
        self.assertEqual(self.trusted.content, again.content)
        self.assertEqual((again.tenants, again.anchors, again.trusted, again.now), (1, 2, 2, NOW))
        self.assertEqual(again.anchor_pem().count("BEGIN CERTIFICATE"), 2)
        self.assertEqual(again.active_thumbprints(), {TENANT: vector_thumbprint("tenant-ca-a.der")})

    def test_evidence_of_use_and_what_is_remembered(self):
        usage, cache = tenantca.Usage(), tenantca.VerdictCache(max_entries=10)
        first, second = (self.trusted.verify(self.device, NOW, usage=usage, cache=cache) for _ in range(2))
        self.assertEqual((first.from_cache, second.from_cache), (False, True))
        self.assertEqual(second.device_id, first.device_id)
        (record,) = usage.read()
        self.assertEqual((record.thumbprint, record.accepted, record.first_time, record.last_accepted),
                         (vector_thumbprint("tenant-ca-a.der"), 2, 1, NOW))
        self.assertEqual(cache.statistics, (1, 1, 1, 0))
        self.assertEqual(usage.missed, 0)
        small = tenantca.Usage(max_certificates=1)
        for name in ("device-of-a.der", "device-of-b.der"):
            self.trusted.verify(vector(name), NOW, usage=small)
        self.assertEqual((len(small.read()), small.missed), (1, 1))
        usage.close()
        self.assertRaises(tenantca.ClosedError, self.trusted.verify, self.device, NOW, usage=usage)

    def test_threads_verify_while_another_replaces_the_set(self):
        current, failures, stop = [self.trusted], [], threading.Event()
        usage, cache = tenantca.Usage(), tenantca.VerdictCache()

        def verify():
            while not stop.is_set():
                try:
                    current[0].verify(self.device, NOW, usage=usage, cache=cache)
                except tenantca.ClosedError:
                    pass  # between reading the variable and the call
                except BaseException as error:
                    failures.append(error)
                    return

        threads = [threading.Thread(target=verify) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(200):
            before, current[0] = current[0], make_set(previous=current[0])
            before.close()  # who is using it goes on with it
        stop.set()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        self.assertGreater(usage.read()[0].accepted, 0)


def vector_thumbprint(name):
    return tenantca.Certificate.parse(vector(name)).thumbprint


if __name__ == "__main__":
    unittest.main()
