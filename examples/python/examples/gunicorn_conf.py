# SPDX-License-Identifier: MIT
"""Devices for gunicorn: gunicorn --config gunicorn_conf.py application:app

Up to 20 it reads the trust file anew for each connection, so that `tenantca apply` is all it needs. From 21 on
ssl_context() is asked once, and the context it gives replaces its trust by itself.
"""
import os
import ssl
import threading
import time

FOLDER = os.environ.get("TENANTCA_FOLDER", "/var/lib/tenantca")  # trust.pem is what `tenantca apply` writes
bind = os.environ.get("BIND", "127.0.0.1:8443")
certfile = FOLDER + "/server.pem"
keyfile = FOLDER + "/server.key"
ca_certs = FOLDER + "/trust.pem"
cert_reqs = ssl.CERT_REQUIRED
do_handshake_on_connect = True
worker_class = "gthread"


def read_trust_file():
    import tenantca

    return tenantca.TrustSet(tenantca.Inventory.parse(tenantca.TrustFile(ca_certs).load()))


def keep_fresh(devices, every=60):
    import tenantca

    while True:
        time.sleep(every)
        try:
            devices.swap(read_trust_file())
        except tenantca.Error as error:
            print("the set stays as it was:", error)


def ssl_context(config, default_ssl_context_factory):
    devices = read_trust_file().server_context(certfile, keyfile)
    threading.Thread(target=keep_fresh, args=(devices,), daemon=True).start()
    return devices.context
