# SPDX-License-Identifier: MIT
"""Everything of the package once, well and badly, and let go of: test_valgrind.py runs it."""
import gc
from pathlib import Path

import tenantca
from support import NOW, TENANT, VECTORS, vector

LIST = vector("legacy-list-act.json")


class Place(tenantca.AnchorHolder):
    pem = b""

    def load(self):
        return self.pem

    def replace(self, pem):
        self.pem = pem


class Liar(tenantca.MemoryStorage):
    def swap(self, key, value, expected):
        super().swap(key, value, expected)
        return b""

    def load(self, key):
        return b"no record at all", b"version"


def refused(kind, function, *arguments, **more):
    try:
        function(*arguments, **more)
    except kind:
        return
    raise AssertionError("not refused")


def read():
    for name in ("tenant-ca-a.der", "bundle.pem", "integrated-list.json"):
        inventory = tenantca.Inventory.parse(VECTORS / name, now=NOW)
    one = inventory[0].certificate
    for name in dir(type(one)):
        if isinstance(getattr(type(one), name), property):
            getattr(one, name)
    one.check_issued_by(one) if one.issuer == one.subject else refused(tenantca.Error, one.check_issued_by, one)
    for junk in (b"", b"garbage", vector("tenant-ca-a.der")[:-1], "-----BEGIN CERTIFICATE-----"):
        refused(tenantca.Error, tenantca.Certificate.parse, junk)
        refused(tenantca.Error, tenantca.Inventory.parse, junk)
    return inventory


def judge(inventory):
    rollover = inventory.rollover(NOW)
    assert rollover.actions and rollover.windows and rollover.states and rollover.forecast() and rollover.anchor_pem()
    trusted, usage, cache = tenantca.TrustSet(inventory, now=NOW), tenantca.Usage(), tenantca.VerdictCache()
    for _ in range(2):
        trusted.verify(vector("device-of-a.der"), NOW, usage=usage, cache=cache)
    refused(tenantca.NotTrustedError, trusted.verify, vector("device-of-other-tenant.der"), NOW)
    refused(tenantca.NotTrustedError, trusted.verify, b"garbage", NOW)
    assert usage.read()


def call():
    service, limits = tenantca.legacy(TENANT), tenantca.Limits(max_attempts=1)

    def answering(request):
        return tenantca.Response(200, {"Content-Type": "application/json"}, LIST)

    def raising(request):
        raise KeyError

    def lost(request):
        raise ConnectionError

    assert len(tenantca.Client(service, "t", answering, log=lambda level, text: None).list()) > 0
    refused(KeyError, tenantca.Client(service, "t", raising).list)
    refused(ConnectionError, tenantca.Client(service, "t", lost).list, limits)
    refused(TypeError, tenantca.Client(service, "t", lambda request: None).list)
    refused(TypeError, tenantca.Client(service, lambda audience, again: None, answering).list)
    refused(tenantca.LimitError, tenantca.Client(service, "t", lambda request: tenantca.Response(
        200, {}, b" " * (request.max_reply_bytes + 1))).list, tenantca.Limits(max_reply_bytes=1000))
    client = tenantca.Client(service, "t", answering)
    for storage in (tenantca.MemoryStorage(), Liar()):
        rollout = tenantca.Rollout("contoso", service, [tenantca.anchors("edge", Place())], storage,
                                   notices=lambda notice: None)
        plan = client.run(rollout.plan())
        assert plan.steps and plan.check() and plan.states
        try:
            client.run(rollout.apply())
        except tenantca.Error:
            pass


judge(read())
call()
gc.collect()
assert Path("/proc/self/maps").read_text().count("libtenantca") > 0
