# SPDX-License-Identifier: MIT
"""Plans and what is done of them, with storages and places of anchors written in Python."""
import gc
import tempfile
import unittest
import weakref
from pathlib import Path

import tenantca
from support import DAY, TENANT, SimulatorTest
from tenantca import host


class Place(tenantca.AnchorHolder):
    def __init__(self):
        self.pem = b""

    def load(self):
        return self.pem

    def replace(self, pem):
        self.pem = pem


class Rollouts(SimulatorTest):
    def setUp(self):
        super().setUp()
        self.service = tenantca.legacy(TENANT, endpoint=self.simulator.address)
        self.client = tenantca.Client(self.service, lambda audience, refresh: "aud:" + audience)
        self.storage, self.place, self.notices = tenantca.MemoryStorage(), Place(), []

    def rollout(self, **options):
        address = self.simulator.address
        targets = [
            tenantca.iot_hub("hub", "s", "g", "hub", endpoint=address),
            tenantca.dps("dps", "s", "g", "dps", enrollment_group="devices", endpoint=address,
                         service_endpoint=address + "/dps/dps"),
            tenantca.iot_central("central", "app", "devices", endpoint=address + "/central/app"),
            tenantca.anchors("edge", self.place),
        ]
        return tenantca.Rollout("contoso", self.service, targets, options.pop("storage", self.storage),
                                notices=self.notices.append, **options)

    def limits(self):
        return tenantca.Limits(judge_at=self.simulator.now)

    def apply(self, rollout, **options):
        return self.client.run(rollout.apply(limits=self.limits(), **options))

    def enroll(self):
        """IoT Central's group is not made by a rollout."""
        import json
        import urllib.request

        url = self.simulator.address + "/central/app/api/enrollmentGroups/devices?api-version=2022-07-31"
        body = {"displayName": "devices", "type": "iot", "attestation": {"type": "x509"}}
        urllib.request.urlopen(urllib.request.Request(
            url, json.dumps(body).encode(), {"Authorization": "Bearer t", "Content-Type": "application/json"},
            method="PUT")).close()

    def test_a_whole_rollover(self):
        rollout, start = self.rollout(), self.simulator.now
        self.enroll()
        plan = self.client.run(rollout.plan(self.limits()))
        self.assertEqual(plan.targets, ["hub", "dps", "central", "edge"])
        self.assertGreater(plan.due_count, 0)
        self.assertEqual(self.place.pem, b"", "a plan changes nothing")
        for day, stage, kept in ((0, "steady", 1), (650, "act", 2), (690, "switched", 2), (735, "steady", 1)):
            self.simulator.go_to(start + day * DAY)
            plan = self.apply(rollout)
            with self.subTest(day):
                self.assertEqual((plan.failed_count, plan.problem), (0, None),
                                 [step for step in plan.steps if step.failed])
                plan = self.client.run(rollout.plan(self.limits()))
                self.assertEqual((plan.stage, plan.due_count), (stage, 0))
                self.assertEqual(self.place.pem.count(b"BEGIN CERTIFICATE"), kept)
                self.assertEqual(plan.check()[0].status, "OK", plan.check()[0])
        kinds = {notice.kind for notice in self.notices}
        self.assertTrue({"new", "activated", "retired", "uploaded", "verified", "trust-changed"} <= kinds, kinds)
        self.assertTrue(all(notice.tenant == "contoso" and notice.at.tzinfo for notice in self.notices))

    def test_a_plan_says_what_and_why(self):
        plan = self.client.run(self.rollout().plan(self.limits()))
        steps = {(step.kind, step.target): step for step in plan.steps}
        upload, code = steps["upload", "hub"], steps["generate-code", "hub"]
        self.assertEqual(code.needs, {upload.id})
        self.assertTrue(upload.due and not upload.done and not upload.failed)
        self.assertNotEqual(upload.reason, "")
        self.assertEqual(upload.thumbprint, plan.rollover.active.thumbprint)
        self.assertEqual({state.state for state in plan.states if state.target == "hub"}, {"absent"})
        self.assertEqual((plan.now, plan.stale), (self.simulator.now, False))
        found = plan.target("hub")
        self.assertEqual((found.kind, found.read, found.used, found.error), ("iot-hub", True, 0, None))
        self.assertEqual((plan.target("edge").behind, plan.target("edge").shared_ca), (True, False))
        with self.assertRaisesRegex(tenantca.NotFoundError, "hub, dps, central, edge"):
            plan.target("elsewhere")
        self.assertFalse(plan.applied)
        missing = [one for one in plan.check() if one.status != "OK" and one.target == "edge"]
        self.assertEqual({one.thumbprint for one in missing}, {plan.rollover.active.thumbprint})
        later = plan.check(tenantca.Thresholds(expires_warning_days=800))
        self.assertIn("active-expires", {one.check for one in later if one.status == "WARNING"})
        self.assertRaises(TypeError, plan.check, {"expires_warning_days": 1})
        self.assertRaises(TypeError, tenantca.Thresholds, expires_warning_dayz=1)

    def test_a_mistake_is_not_hidden_by_a_failure_after_it(self):
        class Wrong(Place):
            def load(self):
                raise ValueError("a mistake")

        class Full(tenantca.MemoryStorage):
            def swap(self, key, value, expected):
                raise OSError("disk full")

        rollout = tenantca.Rollout("contoso", self.service, [tenantca.anchors("edge", Wrong())], Full())
        self.assertRaisesRegex(ValueError, "a mistake", self.client.run, rollout.apply(limits=self.limits()))

    def test_a_target_that_cannot_be_read_stops_no_other(self):
        away = tenantca.iot_hub("away", "s", "g", "h", endpoint="http://127.0.0.1:1")
        rollout = tenantca.Rollout("contoso", self.service, [away, tenantca.anchors("edge", self.place)])
        limits = tenantca.Limits(judge_at=self.simulator.now, max_attempts=1)
        plan = self.client.run(rollout.apply(limits=limits))
        self.assertIn("Connection refused", plan.target("away").error)
        self.assertIn(b"BEGIN CERTIFICATE", self.place.pem)
        self.assertEqual({finding.check for finding in plan.check() if finding.status != "OK"}, {"target-unreadable"})

    def test_the_last_answer_is_remembered(self):
        self.apply(self.rollout())
        away = tenantca.legacy(TENANT, endpoint="http://127.0.0.1:1")
        rollout = tenantca.Rollout("contoso", away, [], self.storage)
        plan = self.client.run(rollout.plan(tenantca.Limits(judge_at=self.simulator.now, max_attempts=1)))
        self.assertTrue(plan.stale)
        self.assertEqual(plan.listed_at, self.simulator.now)
        self.assertIsNotNone(plan.problem)

    def test_storages_that_do_wrong(self):
        class Liar(tenantca.MemoryStorage):
            """Gives one version for all, so that a swap never fits."""

            def load(self, key):
                kept = super().load(key)
                return kept and (kept[0], b"always")

        class Empty(tenantca.MemoryStorage):
            def load(self, key):
                return (b"{}", b"")

        class Forgetful(tenantca.MemoryStorage):
            def swap(self, key, value, expected):
                return None

        class Garbled(tenantca.MemoryStorage):
            def load(self, key):
                return b"value only"

        class Full(tenantca.MemoryStorage):
            def swap(self, key, value, expected):
                raise OSError(28, "no space")

        first = tenantca.MemoryStorage()
        self.apply(self.rollout(storage=first))
        liar = Liar()
        liar._values = dict(first._values)
        self.simulator.go_to(self.simulator.now + 650 * DAY)
        plan = self.apply(self.rollout(storage=liar))
        self.assertIsNotNone(plan.problem)  # told, and what devices need was done all the same
        self.assertEqual(self.place.pem.count(b"BEGIN CERTIFICATE"), 2)
        self.assertIsNotNone(self.apply(self.rollout(storage=Full())).problem)
        self.assertRaises(tenantca.ArgumentError, self.apply, self.rollout(storage=Empty()))
        self.assertRaises(TypeError, self.apply, self.rollout(storage=Forgetful()))
        self.assertRaises((ValueError, TypeError), self.apply, self.rollout(storage=Garbled()))
        self.assertRaises(TypeError, self.rollout, storage=object())

    def test_a_place_that_fails_loses_nothing(self):
        class Stuck(Place):
            def replace(self, pem):
                raise PermissionError("read-only")

        self.place = Stuck()
        plan = self.apply(self.rollout())
        failed = [step for step in plan.steps if step.failed and step.target == "edge"]
        self.assertEqual([step.kind for step in failed], ["trust"])
        self.assertIn("PermissionError", failed[0].error)

        class Wrong(Place):
            def load(self):
                return "a text"

        self.place = Wrong()
        self.assertRaises(TypeError, self.apply, self.rollout())
        self.assertRaises(TypeError, tenantca.anchors, "edge", object())

    def test_a_notice_that_raises(self):
        def refuse(notice):
            raise KeyError(notice.kind)

        rollout = tenantca.Rollout("contoso", self.service, [], self.storage, notices=refuse)
        self.assertRaises(KeyError, self.apply, rollout)

    def test_a_trust_file_is_replaced_whole(self):
        with tempfile.TemporaryDirectory() as folder:
            self.place = tenantca.TrustFile(Path(folder) / "trust.pem")
            self.apply(self.rollout())
            self.assertEqual([path.name for path in Path(folder).iterdir()], ["trust.pem"])
            self.assertEqual(len(tenantca.Certificate.parse_all(Path(folder) / "trust.pem")), 1)

    def test_bad_arguments(self):
        self.assertRaises(tenantca.ArgumentError, tenantca.iot_hub, "hub", "", "g", "h")
        self.assertRaises(tenantca.ArgumentError, tenantca.Rollout, "a name", self.service, [])
        self.assertRaises(TypeError, tenantca.Rollout, "contoso", None, [])
        self.assertRaises(TypeError, tenantca.Rollout, "contoso", self.service, [None])
        twice = [tenantca.anchors("edge", Place()), tenantca.anchors("edge", Place())]
        self.assertRaises(tenantca.ArgumentError, tenantca.Rollout, "contoso", self.service, twice)
        rollout = self.rollout()
        rollout.close()
        self.assertRaises(tenantca.ClosedError, rollout.plan)

    def test_what_python_lent_comes_back(self):
        place, storage = Place(), tenantca.MemoryStorage()
        seen = [weakref.ref(place), weakref.ref(storage)]
        gc.collect()
        lent = len(host._loans)
        self.place = place
        rollout = self.rollout(storage=storage)
        self.apply(rollout)
        rollout.set_seen("0" * 40, self.simulator.now)
        self.place = None
        del place, storage, rollout
        gc.collect()
        self.assertEqual([one() for one in seen], [None, None])
        self.assertEqual(len(host._loans), lent)


if __name__ == "__main__":
    unittest.main()
