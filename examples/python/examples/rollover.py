#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Keep an IoT hub and a trust file trusting the right certificates: run it once an hour.

    rollover.py ENDPOINT TENANT TRUST-FILE STORE
"""
import sys

import tenantca


def main() -> int:
    endpoint, tenant, trust_file, store = sys.argv[1:]
    service = tenantca.legacy(tenant, endpoint=endpoint)
    targets = [
        tenantca.iot_hub("hub", "subscription", "group", "contoso-hub", endpoint=endpoint),
        tenantca.anchors("edge", tenantca.TrustFile(trust_file)),
    ]
    rollout = tenantca.Rollout("contoso", service, targets, storage=tenantca.SQLiteStorage(store),
                               notices=lambda notice: print(notice.text))
    plan = tenantca.Client(service, token="a-token").run(rollout.apply())
    for finding in plan.check():
        if finding.status != "OK":
            print(finding.status, finding.message, finding.remedy)
    print("%d steps left, %d failed" % (plan.due_count, plan.failed_count))
    return 1 if plan.failed_count > 0 else 0


if __name__ == "__main__":
    sys.exit(main())
