/* SPDX-License-Identifier: MIT */
/* Every command: what it is called, takes and does. */
#include "tool.h"

#define SOURCE_NOTE                                                                                \
    "PATH is a file or a folder. A file holds certificates (DER, PEM, base64, PKCS#7) or the\n"    \
    "list document of either service as it was answered; what it is, its content tells. Of a\n"    \
    "folder every file is read, in the order of the names; hidden files and subfolders are\n"      \
    "passed over. A file that holds neither certificates nor a list is an error; in a folder, a\n" \
    "text (*.md, *.txt) that does not is passed over and named on standard error. A file has at\n" \
    "most 16 MiB, a folder at most 1000 files.\n"

#define SERVICE_NOTE                                                                               \
    "With --service the service itself is asked: legacy needs --tenant, integrated needs\n"        \
    "--subscription, --resource-group and --catalog. A token comes from --token-command,\n"        \
    "--token-file, --identity managed, or else the environment's TENANTCA_TOKEN. With --config "   \
    "the\n"                                                                                        \
    "configuration names the service; where it names several tenants --tenant says which.\n"

#define CERTIFICATE_NOTE                                                                           \
    "CERT is an index of the list, a thumbprint or serial number, or the first digits (four or\n"  \
    "more) of either. None named: the active one, or the only one.\n"

#define CONFIGURATION_NOTE                                                                         \
    "FILE is JSON; configuration.md describes every member:\n"                                     \
    "  { \"tenants\": [ { \"name\": \"contoso\",\n"                                                \
    "      \"service\": { \"kind\": \"legacy\", \"tenant\": GUID },\n"                             \
    "      \"targets\": [ { \"name\": \"hub\", \"kind\": \"iot-hub\", \"subscription\": S,\n"      \
    "                     \"resource_group\": R, \"resource\": NAME },\n"                          \
    "                   { \"name\": \"edge\", \"kind\": \"trust-file\", \"path\": PATH } ] } ] "   \
    "}\n"                                                                                          \
    "Each service wants a token of its own: --token-command is told TENANTCA_AUDIENCE,\n"          \
    "--token-file AUDIENCE=F is given for each, --identity gets them. TENANTCA_TOKEN will do\n"    \
    "where there is one service only. What is remembered between runs is in --store, or else "     \
    "the\n"                                                                                        \
    "configuration's \"store\", $XDG_STATE_HOME/tenantca or ~/.local/state/tenantca.\n"

const tool_command commands[] = {
    {"list", "every certificate with its status and dates",
     "  tenantca list --from certificates/\n"
     "  tenantca list --from saved-list.json --json\n",
     "Lists the certificates with index, thumbprint, status and dates.\n\n" SOURCE_NOTE,
     TAKES_SOURCE | TAKES_SERVICE | TAKES_JSON, command_list},
    {"show", "one certificate in full",
     "  tenantca show --from certificates/\n"
     "  tenantca show --from certificates/ 2\n"
     "  tenantca show --from saved-list.json 54D2E787 --json\n",
     "Shows the fields of one certificate and its PEM.\n\n" CERTIFICATE_NOTE "\n" SOURCE_NOTE,
     TAKES_SOURCE | TAKES_SERVICE | TAKES_JSON | TAKES_CERTIFICATE, command_show},
    {"status", "where the rollover is, what comes next, what to do by when",
     "  tenantca status --from certificates/\n"
     "  tenantca status --from saved-list.json --now 2026-05-20T00:00:00Z\n",
     "Tells the stage of the rollover, its windows, the next event and what to do by when.\n\n"
     "Stages: 1 one certificate is active; 2 its successor is issued, act now; 3 the successor\n"
     "is active, both are trusted; 4 the old one has expired and may be removed; then 1 again.\n"
     "Dates of the service's habits are predicted (marked ~), dates of certificates observed.\n"
     "\n" SOURCE_NOTE,
     TAKES_SOURCE | TAKES_SERVICE | TAKES_JSON, command_status},
    {"timeline", "the rollover as a picture",
     "  tenantca timeline --from certificates/\n"
     "  tenantca timeline --from certificates/ --format svg --destination rollover.svg\n"
     "  tenantca timeline --from saved-list.json --format json\n",
     "Draws the rollover under way, or else the last or the next one, with this tenant's dates:\n"
     "as text, as an SVG image, or as JSON with windows, events and the years "
     "ahead.\n\n" SOURCE_NOTE,
     TAKES_SOURCE | TAKES_SERVICE | TAKES_JSON | TAKES_FORMAT | TAKES_DESTINATION,
     command_timeline},
    {"download", "a certificate as a .cer file",
     "  tenantca download --service legacy --tenant GUID --destination active.cer\n"
     "  tenantca download 2 --from certificates/ --destination next.pem\n",
     "Writes one certificate: DER, or PEM where the file's name ends in .pem. One that "
     "contradicts\n"
     "the tenant or the thumbprint it is listed with is refused.\n\n" CERTIFICATE_NOTE
     "\n" SERVICE_NOTE,
     TAKES_SOURCE | TAKES_SERVICE | TAKES_CERTIFICATE | TAKES_DESTINATION, command_download},
    {"download-chain", "a certificate's chain as a .p7b file",
     "  tenantca download-chain --service legacy --tenant GUID --destination chain.p7b\n",
     "Writes the chain as the service gives it, once it is seen to lead up to its root. The upper\n"
     "certificates are every tenant's: never trust devices because of them.\n\n" CERTIFICATE_NOTE
     "\n" SERVICE_NOTE,
     TAKES_SERVICE | TAKES_TENANT | TAKES_CERTIFICATE | TAKES_DESTINATION | ONLY_SERVICE,
     command_download_chain},
    {"download-proof", "a proof of possession as a .cer file",
     "  tenantca download-proof --service legacy --tenant GUID --verification-code CODE \\\n"
     "    --destination proof.cer\n",
     "Writes the certificate that proves possession for a verification code of IoT Hub, DPS or\n"
     "IoT Central. It lives about an hour.\n\n" CERTIFICATE_NOTE "\n" SERVICE_NOTE,
     TAKES_SERVICE | TAKES_TENANT | TAKES_CERTIFICATE | TAKES_CODE | TAKES_DESTINATION |
         ONLY_SERVICE,
     command_download_proof},
    {"plan", "the steps that make every target trust what it must",
     "  tenantca plan --config tenantca.json\n"
     "  tenantca plan --config tenantca.json --tenant contoso --json\n"
     "  tenantca plan --config tenantca.json --detailed-exitcode\n",
     "Reads the service and every target of each tenant, and shows what each target holds and\n"
     "what is to be done, by when and why. Changes nothing. Exit status 1 when something could\n"
     "not be read; with --detailed-exitcode 2 when there are steps that can be done now.\n"
     "\n" CONFIGURATION_NOTE,
     TAKES_TARGETS | TAKES_JSON | TAKES_DETAIL, command_plan},
    {"apply", "the same steps, done",
     "  tenantca apply --config tenantca.json\n"
     "  tenantca apply --config tenantca.json --tenant contoso --remove 54D2E787\n",
     "Does the steps that are due, and shows the plan with what came of each; what changed is "
     "told\n"
     "on standard error. It may be interrupted: the next run goes on. Nothing is removed before\n"
     "its end unless --remove or --remove-revoked says so. Exit status 1 when a step failed or\n"
     "something could not be read.\n\n" CONFIGURATION_NOTE,
     TAKES_TARGETS | TAKES_JSON | TAKES_REMOVAL, command_apply},
    {"check", "named checks for monitoring",
     "  tenantca check --config tenantca.json\n"
     "  tenantca check --config tenantca.json --json\n",
     "Tells in the form of the Monitoring Plugins whether every target is as it must be: a line\n"
     "that says the worst, then one for each finding. Changes nothing. Exit status 0 OK,\n"
     "1 WARNING, 2 CRITICAL, 3 UNKNOWN; a mistake in options or configuration is UNKNOWN.\n"
     "\n" CONFIGURATION_NOTE,
     TAKES_TARGETS | TAKES_JSON | IS_MONITORED, command_check},
    {"verify", "whether a device belongs to the tenant, and by which certificate",
     "  tenantca verify device.pem --from certificates/\n"
     "  tenantca verify *.pem --service legacy --tenant GUID --json\n",
     "Reads what a device sent, its own certificate first (DER or PEM); what stands behind it is "
     "not\n"
     "looked at. Exit status 0 when every one is trusted, 1 when one is not, 2 for usage and for\n"
     "what cannot be read.\n\n" SOURCE_NOTE "\n" SERVICE_NOTE,
     TAKES_SOURCE | TAKES_SERVICE | TAKES_JSON | TAKES_DEVICES, command_verify},
    {"export", "the trust file of a back-end of your own",
     "  tenantca export --for nginx --from certificates/ --destination tenant-ca.pem\n"
     "  tenantca export --for python --service legacy --tenant GUID --destination tenant-ca.pem\n",
     "Writes the certificates that must be trusted now, the active one first, whole or not at "
     "all;\n"
     "never the upper certificates, which all tenants share. Prints the setting that its reader\n"
     "needs: openssl, nginx, haproxy, envoy or python.\n\n" SOURCE_NOTE "\n" SERVICE_NOTE,
     TAKES_SOURCE | TAKES_SERVICE | TAKES_READER | TAKES_DESTINATION, command_export},
    {"metrics", "figures for Prometheus",
     "  tenantca metrics --config tenantca.json\n"
     "  tenantca metrics --config tenantca.json --destination /var/lib/node/tenantca.prom\n",
     "Writes every tenant's dates, states and checks as Prometheus text, with absolute times;\n"
     "alert rules are in examples/tenantca/alerts.yml. Changes nothing. The destination, for the\n"
     "textfile collector, is replaced at once.\n\n" CONFIGURATION_NOTE,
     TAKES_TARGETS | TAKES_DESTINATION, command_metrics},
    {"demo", "a whole rollover on a simulated tenant: no account, no network",
     "  tenantca demo\n"
     "  tenantca demo --destination /tmp/rollover.svg\n",
     "Lets two years pass for a simulated tenant and prints what you would see at each stage.\n"
     "Leaves a picture behind: build/demo/rollover.svg, or the destination. One that is there\n"
     "already is replaced only by --force.\n",
     TAKES_DESTINATION, command_demo},
    {NULL, NULL, NULL, NULL, 0, NULL},
};
