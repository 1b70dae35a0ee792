# SPDX-License-Identifier: MIT
"""What the Python package costs, beside the standard library and python3-cryptography in the same run."""
import statistics
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

VECTORS = Path(__file__).resolve().parents[1] / "vectors"
NOW = datetime(2026, 7, 1, 7, tzinfo=timezone.utc)
ROUNDS = 15


def microseconds(function, count):
    rounds = []
    for _ in range(ROUNDS):
        before = time.perf_counter()
        for _ in range(count):
            function()
        rounds.append((time.perf_counter() - before) / count * 1e6)
    return statistics.median(rounds)


def importing(code):
    """Milliseconds beyond those of an interpreter that does nothing."""
    def run(what):
        rounds = []
        for _ in range(ROUNDS):
            before = time.perf_counter()
            subprocess.run([sys.executable, "-c", what], check=True)
            rounds.append((time.perf_counter() - before) * 1e3)
        return statistics.median(rounds)

    return run(code) - run("pass")


def line(what, ours, peer, ratio, bar, met):
    print("%-58s %10.3f %10s %9s  %-8s %s" % (what, ours, peer, ratio, bar, "yes" if met else "NO"))


def main():
    import tenantca

    print("Python %s, medians of %d rounds" % (sys.version.split()[0], ROUNDS))
    print("%-58s %10s %10s %9s  %-8s %s" % ("what", "ours", "peer", "ratio", "bar", "met"))
    inventory = tenantca.Inventory.parse(VECTORS / "integrated-list.json")
    trusted = tenantca.TrustSet(inventory, now=NOW)
    device, cache, usage = (VECTORS / "device-of-a.der").read_bytes(), tenantca.VerdictCache(), tenantca.Usage()
    seen = microseconds(lambda: trusted.verify(device, NOW, cache=cache, usage=usage), 5000)
    line("seen before, microseconds", seen, "", "", "<= 15", seen <= 15)

    pem = (VECTORS / "bundle.pem").read_text()
    pem = pem[pem.index("-----BEGIN"):pem.index("-----END CERTIFICATE-----") + 26]
    ours = microseconds(lambda: tenantca.Certificate.parse(pem).thumbprint, 2000)
    try:
        import ssl

        from cryptography import x509
        from cryptography.hazmat.primitives import hashes

        sha1 = hashes.SHA1()
        peer = microseconds(lambda: x509.load_der_x509_certificate(ssl.PEM_cert_to_DER_cert(pem)).fingerprint(sha1), 2000)
        line("PEM to thumbprint, microseconds: cryptography", ours, "%.3f" % peer, "%.2fx" % (peer / ours), ">= 2",
             peer / ours >= 2)
    except ImportError:
        print("no python3-cryptography here: nothing to compare with")
    bare = importing("import tenantca")
    line("importing, milliseconds", bare, "", "", "<= 30", bare <= 30)
    used = importing("import tenantca; tenantca.Client, tenantca.TrustSet, tenantca.Rollout; tenantca.load()")
    print("%-58s %10.3f" % ("importing all but asyncio and urllib, and loading", used))


main()
