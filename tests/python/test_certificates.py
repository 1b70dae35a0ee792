# SPDX-License-Identifier: MIT
"""Certificates, inventories and rollovers, as the C library has them, in Python's terms."""
import hashlib
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

import tenantca
from support import NOW, TENANT, VECTORS, vector


class Certificates(unittest.TestCase):
    def test_every_form_and_every_source(self):
        der = vector("tenant-ca-a.der")
        wanted = hashlib.sha1(der).hexdigest().upper()
        pem = tenantca.Certificate.parse(der).pem
        for source in (der, bytearray(der), memoryview(der), VECTORS / "tenant-ca-a.der", pem, pem.encode(),
                       VECTORS / "tenant-ca-a.b64", vector("tenant-ca-a.b64").decode()):
            with self.subTest(type(source).__name__):
                self.assertEqual(tenantca.Certificate.parse(source).thumbprint, wanted)

    def test_what_it_says(self):
        one = tenantca.Certificate.parse(VECTORS / "tenant-ca-a.der")
        der = vector("tenant-ca-a.der")
        self.assertEqual(one.der, der)
        self.assertEqual(one.thumbprint_sha256, hashlib.sha256(der).hexdigest().upper())
        self.assertEqual(one.tenant_id, TENANT)
        self.assertEqual(one.common_name, "Microsoft Azure Sphere " + TENANT)
        self.assertIn("CN=Microsoft Azure Sphere", one.subject)
        self.assertIn("CN=", one.issuer)
        self.assertEqual((one.version, one.key_type, one.key_bits), (3, "id-ecPublicKey", 384))
        self.assertEqual(one.signature_algorithm, "ecdsa-with-SHA384")
        self.assertTrue(one.is_ca and not one.is_proof)
        self.assertIn("keyCertSign", one.key_usage)
        self.assertIsNone(one.path_length)
        self.assertEqual(one.not_after, datetime(2026, 8, 1, tzinfo=timezone.utc))
        self.assertEqual(one.not_before.tzinfo, timezone.utc)
        self.assertTrue(one.valid_at(one.not_after))
        self.assertFalse(one.valid_at(one.not_after + timedelta(seconds=1)))
        self.assertEqual(one.extension("2.5.29.19")[:1], b"\x30")
        self.assertRaises(tenantca.NotFoundError, one.extension, "1.2.3")
        for part in (one.public_key_der, one.subject_der, one.issuer_der):
            self.assertIn(part, der)
        self.assertEqual((one.subject_key_id, one.authority_key_id), (None, None))  # as the service's have none

    def test_equal_are_those_of_one_der(self):
        one, same = (tenantca.Certificate.parse(vector("tenant-ca-a.der")) for _ in range(2))
        other = tenantca.Certificate.parse(vector("tenant-ca-b.der"))
        self.assertEqual({one, same, other}, {one, other})
        self.assertNotEqual(one, other)
        self.assertNotEqual(one, "a text")

    def test_many(self):
        self.assertEqual(len(tenantca.Certificate.parse_all(VECTORS / "chain.p7b")), 3)

    def test_who_issued_it(self):
        device = tenantca.Certificate.parse(vector("device-of-a.der"))
        device.check_issued_by(tenantca.Certificate.parse(vector("tenant-ca-a.der")))
        with self.assertRaises(tenantca.SignatureError):
            device.check_issued_by(tenantca.Certificate.parse(vector("tenant-ca-b.der")))
        with self.assertRaises(tenantca.IssuerError):
            device.check_issued_by(tenantca.Certificate.parse(vector("tenant-ca-other-tenant.der")))

    def test_bad_input(self):
        parse = tenantca.Certificate.parse
        for source, error, natural in ((b"", tenantca.MalformedError, ValueError),
                                       (b"garbage", tenantca.MalformedError, ValueError),
                                       (vector("tenant-ca-a.der")[:-1], tenantca.MalformedError, ValueError),
                                       (vector("bundle.pem"), tenantca.AmbiguousError, LookupError),
                                       (b"\x00" * (17 << 20), tenantca.LimitError, ValueError)):
            with self.assertRaises(error) as caught:
                parse(source)
            self.assertIsInstance(caught.exception, natural)
            self.assertIsInstance(caught.exception, tenantca.Error)
            self.assertNotEqual(str(caught.exception), "")
            self.assertEqual(caught.exception.code, error.code)
        for source in (None, 5, [], object()):
            self.assertRaises(TypeError, parse, source)
        self.assertRaises(FileNotFoundError, parse, Path("/nowhere"))
        self.assertRaises(TypeError, tenantca.Certificate)
        self.assertRaises(TypeError, parse(vector("tenant-ca-a.der")).check_issued_by, None)

    def test_naive_datetimes_name_no_moment(self):
        one = tenantca.Certificate.parse(vector("tenant-ca-a.der"))
        with self.assertRaises(tenantca.NaiveDatetimeError) as caught:
            one.valid_at(datetime(2026, 1, 1))
        self.assertIsInstance(caught.exception, ValueError)
        self.assertRaises(TypeError, one.valid_at, 5)
        east = timezone(timedelta(hours=2))
        self.assertTrue(one.valid_at(datetime(2026, 8, 1, 2, tzinfo=east)))
        self.assertFalse(one.valid_at(datetime(2026, 8, 1, 2, 0, 1, tzinfo=east)))

    def test_closed_is_closed(self):
        with tenantca.Certificate.parse(vector("tenant-ca-a.der")) as one:
            one.thumbprint
        for use in (lambda: one.thumbprint, lambda: one.valid_at(NOW), lambda: hash(one), lambda: one == one,
                    one.__enter__):
            self.assertRaises(tenantca.ClosedError, use)
        one.close()
        self.assertEqual(repr(one), "<Certificate, closed>")


class Inventories(unittest.TestCase):
    def test_from_a_list_and_from_certificates(self):
        listed = tenantca.Inventory.parse(VECTORS / "integrated-list.json")
        self.assertEqual((len(listed), listed.tenant), (2, TENANT))
        self.assertEqual([entry.service_status for entry in listed], ["Active", "Inactive"])
        self.assertTrue(all(entry.listed and entry.role == "tenant-ca" for entry in listed))
        made = tenantca.Inventory.parse(tenantca.Certificate.parse(vector("tenant-ca-a.der")), VECTORS / "root.der")
        self.assertEqual([entry.role for entry in made], ["tenant-ca", "upper-ca"])
        self.assertIsNone(made[0].service_status)

    def test_an_entry_outlives_its_inventory(self):
        with tenantca.Inventory.parse(VECTORS / "integrated-list.json") as listed:
            entry, iterator = listed[-1], iter(listed)
        self.assertEqual(entry.number, 2)
        self.assertEqual(entry.certificate.thumbprint, entry.thumbprint)
        self.assertEqual(len(list(iterator)), 2)
        self.assertRaises(tenantca.ClosedError, len, listed)
        self.assertRaises(tenantca.ClosedError, lambda: listed[0])

    def test_finding(self):
        listed = tenantca.Inventory.parse(VECTORS / "integrated-list.json")
        for name in ("2", listed[1].thumbprint, listed[1].thumbprint[:8].lower(), listed[1].serial):
            self.assertEqual(listed.find(name).index, 1)
        self.assertRaises(tenantca.NotFoundError, listed.find, "9")
        self.assertRaises(tenantca.MalformedError, listed.find, "?")
        self.assertRaises(IndexError, lambda: listed[2])
        self.assertRaises(TypeError, listed.find, None)

    def test_two_tenants_need_a_name(self):
        both = (vector("tenant-ca-a.der"), vector("tenant-ca-other-tenant.der"))
        self.assertRaises(tenantca.AmbiguousError, tenantca.Inventory.parse, *both)
        self.assertEqual(len(tenantca.Inventory.parse(*both, tenant=TENANT.upper())), 1)
        self.assertRaises(tenantca.MalformedError, tenantca.Inventory.parse, tenant="contoso")

    def test_what_was_known_before_stays(self):
        before = tenantca.Inventory.parse(vector("tenant-ca-a.der"), vector("tenant-ca-b.der"))
        after = tenantca.Inventory.parse(vector("tenant-ca-b.der"), previous=before, now=NOW)
        self.assertEqual(len(after), 2)
        self.assertIn("withheld", frozenset().union(*(entry.anomalies for entry in after)))


class Rollovers(unittest.TestCase):
    def setUp(self):
        self.inventory = tenantca.Inventory.parse(VECTORS / "integrated-list.json")

    def test_where_it_is(self):
        rollover = self.inventory.rollover(NOW)
        self.assertEqual((rollover.stage, rollover.now), ("act", NOW))
        self.assertEqual((rollover.active.number, rollover.next.number), (1, 2))
        self.assertEqual(rollover.next_event, "activation")
        self.assertGreater(rollover.next_event_at, NOW)
        self.assertEqual([(state.status, state.phase) for state in rollover.states],
                         [("Active", "none"), ("Inactive", "new")])
        self.assertEqual(rollover.actions[0].entry.number, 2)
        self.assertLess(rollover.windows[0].opens, NOW)
        self.assertLess(rollover.forecast().issued, rollover.forecast(1).issued)
        self.assertEqual(rollover.anchor_pem().count("BEGIN CERTIFICATE"), 2)
        self.assertNotEqual(rollover.anchor_pem(), rollover.anchor_pem("active-last"))

    def test_a_policy_moves_the_dates(self):
        usual, other = (self.inventory.rollover(NOW, policy).forecast(1)
                        for policy in (None, tenantca.Policy(lead_days=100)))
        self.assertEqual(usual.issued - other.issued, timedelta(days=10))
        self.assertEqual(other.activation_earliest - other.issued, timedelta(days=30))
        with self.assertRaises(tenantca.ArgumentError):
            self.inventory.rollover(NOW, tenantca.Policy(activation_earliest_days=50, activation_expected_days=40))

    def test_without_a_certificate_there_is_nothing_to_foretell(self):
        rollover = tenantca.Inventory.parse().rollover(NOW)
        self.assertEqual((rollover.stage, rollover.active, rollover.forecast()), ("none", None, None))
        self.assertRaises(tenantca.LastAnchorError, rollover.anchor_pem)


if __name__ == "__main__":
    unittest.main()
