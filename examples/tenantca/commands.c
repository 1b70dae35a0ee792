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
    "--token-file, --identity managed, or else the environment's TENANTCA_TOKEN.\n"

#define CERTIFICATE_NOTE                                                                           \
    "CERT is an index of the list, a thumbprint or serial number, or the first digits (four or\n"  \
    "more) of either. None named: the active one, or the only one.\n"

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
    {"demo", "a whole rollover on a simulated tenant: no account, no network",
     "  tenantca demo\n"
     "  tenantca demo --destination /tmp/rollover.svg\n",
     "Lets two years pass for a simulated tenant and prints what you would see at each stage.\n"
     "Leaves a picture behind: build/demo/rollover.svg, or the destination. One that is there\n"
     "already is replaced only by --force.\n",
     TAKES_DESTINATION, command_demo},
    {NULL, NULL, NULL, NULL, 0, NULL},
};
