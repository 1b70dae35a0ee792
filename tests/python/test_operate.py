# SPDX-License-Identifier: MIT
"""examples/operate/: what test_operate.sh cannot run has at least its form, and the guides name what there is."""
import re
import unittest

from support import ROOT

FOLDER = ROOT / "examples/operate"


class Operate(unittest.TestCase):
    def test_envoy_reads_the_trust_file_as_a_secret_of_its_own(self):
        try:
            import yaml
        except ImportError:
            self.skipTest("PyYAML is not installed")
        socket = yaml.safe_load((FOLDER / "envoy.yaml").read_text())["transport_socket"]["typed_config"]
        devices = yaml.safe_load((FOLDER / "envoy-devices.yaml").read_text())["resources"][0]
        self.assertTrue(socket["require_client_certificate"])
        self.assertTrue(socket["disable_stateless_session_resumption"] and socket["disable_stateful_session_resumption"])
        asked = socket["common_tls_context"]["validation_context_sds_secret_config"]
        self.assertEqual(asked["name"], devices["name"])
        self.assertEqual(asked["sds_config"]["path_config_source"]["path"], "/etc/envoy/devices.yaml")
        self.assertEqual(devices["validation_context"]["trusted_ca"]["filename"], "/var/lib/tenantca/trust.pem")

    def test_guides_lead_to_what_there_is(self):
        guides = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "examples").rglob("*.md")]
        self.assertGreater(len(guides), 8)
        for guide in guides:
            for link in re.findall(r"\]\(([^)#:]+)\)", guide.read_text()):
                with self.subTest(guide=guide.name, link=link):
                    self.assertTrue((guide.parent / link).exists())

    def test_alert_rules_are_yaml(self):
        try:
            import yaml
        except ImportError:
            self.skipTest("PyYAML is not installed")
        rules = yaml.safe_load((ROOT / "examples/tenantca/alerts.yml").read_text())["groups"][0]["rules"]
        self.assertTrue(all(rule["alert"] and rule["expr"] and rule["labels"]["severity"] for rule in rules))


if __name__ == "__main__":
    unittest.main()
