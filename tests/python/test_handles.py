# SPDX-License-Identifier: MIT
"""What holds for every handle: closing, copying, cycles, numbers and words that are none."""
import array
import copy
import gc
import mmap
import pickle
import tempfile
import unittest
from pathlib import Path

import tenantca
from support import NOW, TENANT, VECTORS, vector
from tenantca import host


def everything():
    """One of each kind."""
    inventory = tenantca.Inventory.parse(VECTORS / "integrated-list.json")
    service = tenantca.legacy(TENANT)
    target = tenantca.anchors("edge", tenantca.TrustFile("nowhere"))
    rollout = tenantca.Rollout("contoso", service, [target], tenantca.MemoryStorage())
    return [tenantca.Certificate.parse(vector("tenant-ca-a.der")), inventory, inventory.rollover(NOW),
            tenantca.TrustSet(inventory, now=NOW), tenantca.Usage(), tenantca.VerdictCache(), service, target, rollout,
            rollout.plan(), tenantca.Client(service, "t")]


def names_of(thing):
    return [name for name in dir(type(thing)) if not name.startswith("_") and isinstance(
        getattr(type(thing), name), property)]


class Closing(unittest.TestCase):
    def test_closed_handles_answer_nothing(self):
        for thing in everything():
            for name in names_of(thing):  # also those that were asked for before
                getattr(thing, name)
            self.assertNotIn("closed", repr(thing))
            with thing as same:
                self.assertIs(same, thing)
            thing.close()
            self.assertRaises(tenantca.ClosedError, thing.__enter__)
            for name in names_of(thing):
                with self.subTest(type(thing).__name__ + "." + name):
                    self.assertRaises(tenantca.ClosedError, getattr, thing, name)

    def test_handles_that_never_were(self):
        for kind in {type(thing) for thing in everything()}:
            self.assertRaises(tenantca.ClosedError, kind.__new__(kind)._owned)
        for kind in (tenantca.Certificate, tenantca.Inventory, tenantca.Rollover, tenantca.Plan, tenantca.Target):
            self.assertRaises(TypeError, kind)

    def test_what_was_made_of_it_outlives_it(self):
        with tenantca.Inventory.parse(VECTORS / "integrated-list.json") as inventory:
            trusted, rollover, entry = tenantca.TrustSet(inventory, now=NOW), inventory.rollover(NOW), inventory[0]
        self.assertIn("BEGIN", trusted.anchor_pem())
        self.assertEqual(list(trusted.active_thumbprints()), [TENANT])
        self.assertEqual(rollover.active.thumbprint, entry.thumbprint)
        self.assertEqual(rollover.active, entry)


class Copying(unittest.TestCase):
    def test_a_certificate_is_its_bytes(self):
        one = tenantca.Certificate.parse(vector("tenant-ca-a.der"))
        for other in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
            self.assertEqual(other, one)
            self.assertIsNot(other._owned(), one._owned())
        one.close()
        self.assertEqual(other.tenant_id, TENANT)

    def test_others_are_of_their_process(self):
        for thing in everything()[1:]:
            for make in (copy.copy, copy.deepcopy, pickle.dumps):
                with self.subTest(type(thing).__name__), self.assertRaisesRegex(TypeError, type(thing).__name__):
                    make(thing)

    def test_a_refusal_reaches_another_process(self):
        trusted = everything()[3]
        with self.assertRaises(tenantca.NotTrustedError) as caught:
            trusted.verify(vector("device-of-other-tenant.der"), NOW)
        again = pickle.loads(pickle.dumps(caught.exception))
        self.assertEqual((type(again), str(again), again.reason, again.verdict),
                         (tenantca.NotTrustedError, str(caught.exception), "unknown-issuer", None))


class Cycles(unittest.TestCase):
    def test_a_last_word_in_a_cycle_finds_what_has_gone_closed(self):
        said, inventory = [], VECTORS / "integrated-list.json"

        class Program:
            def __init__(self):
                self.me = self
                self.certificate = tenantca.Certificate.parse(vector("tenant-ca-a.der"))
                listed = tenantca.Inventory.parse(inventory)
                self.entry, self.trusted = listed[0], tenantca.TrustSet(listed, now=NOW)
                self.verdict = self.trusted.verify(vector("device-of-a.der"), NOW)
                self.client = tenantca.Client(tenantca.legacy(TENANT), lambda audience, refresh: self and "t")

            def __del__(self):
                others = [tenantca.Certificate.parse(vector("tenant-ca-b.der")) for _ in range(4)]
                for use in (lambda: self.certificate.subject, lambda: self.entry.thumbprint,
                            lambda: self.verdict.tenant, self.client.list, lambda: self.trusted.generation):
                    try:
                        said.append(use())
                    except tenantca.ClosedError:
                        said.append(None)
                del others

        Program()
        gc.collect()
        self.assertEqual(said, [None] * 5)

    def test_cycles_through_what_is_lent_are_collected(self):
        class Program(tenantca.AnchorHolder, tenantca.MemoryStorage):
            def __init__(self):
                super().__init__()
                service = tenantca.legacy(TENANT)
                self.client = tenantca.Client(service, lambda audience, refresh: self, lambda request: self,
                                              log=lambda level, text: self)
                self.target = tenantca.anchors("edge", self)
                self.rollout = tenantca.Rollout("contoso", service, [self.target], self, notices=lambda notice: self)
                self.call = self.rollout.plan()

        gc.collect()
        before = len(host._loans)
        for _ in range(10):
            Program()
        gc.collect()
        self.assertEqual(len(host._loans), before)

    def test_what_is_lent_stays_for_as_long_as_it_is_needed(self):
        place = tenantca.TrustFile("nowhere")
        target = tenantca.anchors("edge", place)
        rollout = tenantca.Rollout("contoso", tenantca.legacy(TENANT), [target])
        del target, place
        call = rollout.plan()
        del rollout
        gc.collect()
        lent = [loan.thing for loan in host._loans.values()]
        self.assertEqual([type(thing) for thing in lent if isinstance(thing, tenantca.TrustFile)],
                         [tenantca.TrustFile])
        call.close()


class Numbers(unittest.TestCase):
    def test_numbers_that_do_not_fit_are_refused(self):
        inventory = tenantca.Inventory.parse(VECTORS / "integrated-list.json")
        rollover = inventory.rollover(NOW)
        for number in (-1, 2**32, 2**64):
            for use in (tenantca.Usage, tenantca.VerdictCache, rollover.forecast,
                        lambda n: tenantca.VerdictCache(max_certificate_bytes=n),
                        lambda n: tenantca.TrustSet(inventory, max_tenants=n),
                        lambda n: tenantca.TrustSet(inventory, generation=n) if n != 2**32 else tenantca.Usage(n),
                        lambda n: tenantca.Inventory.parse(max_entries=n),
                        lambda n: inventory.rollover(NOW, tenantca.Policy(lead_days=n)),
                        lambda n: tenantca.iot_hub("h", "s", "g", "r", capacity=n),
                        lambda n: tenantca.Rollout("c", tenantca.legacy(TENANT), [], unseen_days=n)):
                with self.subTest(number=number, use=use):
                    self.assertRaises(tenantca.ArgumentError, use, number)
        for number in ("1", None, 1.0):
            self.assertRaises(TypeError, rollover.forecast, number)
            self.assertRaises(TypeError, inventory.__getitem__, number)
            self.assertRaises(TypeError, inventory.rollover, NOW, tenantca.Policy(lead_days=number))
        self.assertRaises(TypeError, inventory.__getitem__, slice(0, 1))

    def test_words_that_are_none_are_refused_with_those_that_are(self):
        rollover = tenantca.Inventory.parse(VECTORS / "integrated-list.json").rollover(NOW)
        for word in ("bogus", None, [], 5):
            for use in (rollover.anchor_pem, lambda w: tenantca.anchors("a", tenantca.TrustFile("b"), order=w)):
                with self.subTest(word), self.assertRaisesRegex(tenantca.ArgumentError, "active-first"):
                    use(word)
            with self.assertRaisesRegex(tenantca.ArgumentError, "on-upload"):
                tenantca.iot_hub("h", "s", "g", "r", verification=word)

    def test_options_of_another_kind_are_refused(self):
        inventory, service = tenantca.Inventory.parse(VECTORS / "integrated-list.json"), tenantca.legacy(TENANT)
        self.assertRaises(TypeError, inventory.rollover, NOW, {})
        self.assertRaises(TypeError, service.list, {})
        self.assertRaises(TypeError, tenantca.Rollout, "c", service, [], policy={})
        self.assertRaises(TypeError, tenantca.Rollout, "c", service, [], notices=5)
        self.assertRaises(TypeError, tenantca.Rollout, "c", service, [5])


class Sources(unittest.TestCase):
    def test_all_that_is_like_bytes(self):
        der = vector("tenant-ca-a.der")
        expected = tenantca.Certificate.parse(der)
        every_other = bytes(byte for one in der for byte in (one, 0))
        sources = [bytearray(der), memoryview(der), memoryview(every_other)[::2], array.array("B", der)]
        with tempfile.TemporaryFile() as file:
            file.write(der)
            file.flush()
            with mmap.mmap(file.fileno(), 0) as mapped:
                self.assertEqual(tenantca.Certificate.parse(mapped), expected)
        for source in sources:
            self.assertEqual(tenantca.Certificate.parse(source), expected)

    def test_what_is_none(self):
        for source in (None, 5, object(), [], Path):
            self.assertRaises(TypeError, tenantca.Certificate.parse, source)
        self.assertRaises(FileNotFoundError, tenantca.Certificate.parse, Path("/nowhere.cer"))
        self.assertRaises(IsADirectoryError, tenantca.Certificate.parse, Path("/"))
        self.assertRaises(tenantca.MalformedError, tenantca.Certificate.parse, "/nowhere.cer")  # a str is content

    def test_a_request_does_not_show_its_token(self):
        request = tenantca.Request("GET", "https://somewhere", {"Authorization": "Bearer secret"}, None, 1, None)
        for text in (repr(request), str(request), "%s" % (request,)):
            self.assertNotIn("secret", text)


if __name__ == "__main__":
    unittest.main()
