/* SPDX-License-Identifier: MIT */
/**
 * @file adapters.h  The optional library libtenantca-adapters: ready-made tables for a host.
 *
 * Each function fills a table that is then given to a host (host.h), which owns it from then on and
 * destroys it. A table that is not given away is released by calling its `destroy` with its `user`.
 * On failure the table is zeroed, except for struct_size. A table is used by one thread at a time.
 *
 * These are the only parts with a socket, a file, a clock or an environment.
 */
#ifndef TENANTCA_ADAPTERS_H
#define TENANTCA_ADAPTERS_H

#include "tenantca/host.h"
#include "tenantca/storage.h"
#include "tenantca/transport.h"
#include "tenantca/types.h"

TCA_BEGIN_DECLS

/* Members of tca_curl_options.flags. */
#define TCA_CURL_LOOPBACK_HTTP 0x1u /**< http to 127.0.0.1, [::1] and localhost is allowed */

/** How libcurl is to be used. A number that is 0 means its default. */
typedef struct tca_curl_options {
    uint32_t struct_size;     /**< sizeof(tca_curl_options) */
    uint32_t flags;           /**< TCA_CURL_* */
    uint32_t connect_seconds; /**< to connect; default 10 */
    uint32_t total_seconds;   /**< for one exchange; default 60 */
    uint32_t stalled_seconds; /**< an exchange slower than 64 bytes a second for so long ends; 20 */
    uint32_t reserved;        /**< 0 */
} tca_curl_options;

/**
 * HTTP through libcurl: HTTPS only unless the flag is set, the system's proxies (environment; never
 * to this machine itself) and CA certificates, no redirects, connections kept and used again.
 *
 * @param options  may be NULL: the defaults
 * @param out      [out] struct_size is the caller's
 * @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY, TCA_E_UNSUPPORTED (flags), TCA_E_STRUCT_TOO_SMALL,
 *         TCA_E_STRUCT_TOO_NEW (of the options)
 */
TCA_API tca_result tca_curl_transport(const tca_curl_options *options, tca_transport *out);

/** The system's clock; waits by sleeping. @param out [out] struct_size is the caller's.
 *  @return TCA_E_ARGUMENT, TCA_E_STRUCT_TOO_SMALL */
TCA_API tca_result tca_system_clock(tca_clock *out);

/** The system's random bytes. @param out [out] struct_size is the caller's.
 *  @return TCA_E_ARGUMENT, TCA_E_STRUCT_TOO_SMALL */
TCA_API tca_result tca_system_random(tca_random *out);

/**
 * Tokens from an environment variable, whatever the audience.
 *
 * @param variable  its name, NUL-terminated, copied
 * @param out       [out] struct_size is the caller's
 * @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY, TCA_E_STRUCT_TOO_SMALL
 */
TCA_API tca_result tca_token_from_environment(const char *variable, tca_token_source *out);

/**
 * Tokens from a file that something else keeps fresh: read anew each time, white space around the
 * token dropped, 16 KiB at most.
 *
 * @param path  NUL-terminated, copied
 * @param out   [out] struct_size is the caller's
 * @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY, TCA_E_STRUCT_TOO_SMALL
 */
TCA_API tca_result tca_token_from_file(const char *path, tca_token_source *out);

/**
 * Tokens that a command prints. It is run by the shell with TENANTCA_AUDIENCE set, once for each
 * audience, and again when it gave no token or that was refused. How it ended is waited for: where
 * the host ignores SIGCHLD it cannot be told, and there is no token.
 *
 * @param command  NUL-terminated, copied
 * @param out      [out] struct_size is the caller's
 * @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY, TCA_E_STRUCT_TOO_SMALL
 */
TCA_API tca_result tca_token_from_command(const char *command, tca_token_source *out);

/** Whom Microsoft Entra ID gives tokens to. Texts are NUL-terminated and copied. */
typedef struct tca_identity_options {
    uint32_t struct_size; /**< sizeof(tca_identity_options) */
    uint32_t flags;       /**< none yet: 0 */
    const char *endpoint; /**< client: base URL, NULL: https://login.microsoftonline.com. Managed:
                               URL, NULL: IDENTITY_ENDPOINT of the environment, or else the virtual
                               machine's http://169.254.169.254/metadata/identity/oauth2/token */
    const char *tenant;   /**< client: the directory (tenant) id */
    const char
        *client_id; /**< client: the application's id. Managed: which identity; may be NULL */
    const char *secret_file; /**< client: a file that holds the secret; read for each token */
} tca_identity_options;

/**
 * Tokens by client id and secret (OAuth 2.0 client credentials), fetched with libcurl, one for each
 * audience, kept until shortly before they expire, wiped when released.
 *
 * @param options  copied
 * @param http     how to fetch; may be NULL: the defaults
 * @param out      [out] struct_size is the caller's
 * @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY, TCA_E_UNSUPPORTED, TCA_E_STRUCT_*
 */
TCA_API tca_result tca_token_from_client(const tca_identity_options *options,
                                         const tca_curl_options *http, tca_token_source *out);

/** Tokens of the machine's managed identity; otherwise as tca_token_from_client(). Its endpoint is
 * never asked through a proxy, and may be http to 127.0.0.1, [::1], localhost and 169.254.0.0/16:
 * virtual machines, App Service and Container Apps have it there. @p options may be NULL. */
TCA_API tca_result tca_token_from_managed_identity(const tca_identity_options *options,
                                                   const tca_curl_options *http,
                                                   tca_token_source *out);

/**
 * A storage in a folder, one file for each key. A value is written beside, brought to the disk and
 * moved into place under a lock (the file ".lock", waited for 30 seconds at most), so that whatever
 * dies at whatever moment leaves the old value or the new one; processes may share the folder, and
 * machines where flock() reaches from one to the other. Files are the owner's alone (0600), no link
 * is followed, and what is not whole or not this library's is an error, never a value. After a swap
 * that failed at "fsync" the new value may be there already: load again.
 *
 * @param path  NUL-terminated. Made (0700) when it is absent; its parent must be there. One that is
 *              not ours, or that others may write to, is refused
 * @param out   [out] struct_size is the caller's. For tca_store_new()
 * @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY, TCA_E_STORAGE (errno says why; EPERM: it is refused),
 * TCA_E_STRUCT_TOO_SMALL
 */
TCA_API tca_result tca_directory_storage(const char *path, tca_storage *out);

/**
 * Anchors in a PEM file, for what reads one: nginx, HAProxy, Envoy, OpenSSL, Python. It is the old
 * file or the whole new one at every moment, keeps its permissions and, where they can be had, its
 * owner and group; a copy of the file before is kept as "PATH.previous". Where the path is a link,
 * what it leads to is replaced; one that leads nowhere is an error. Processes of one machine may
 * replace the same file: the folder is locked meanwhile, and waited for 30 seconds at most.
 *
 * @param path  NUL-terminated, copied; the file may be absent, its folder not
 * @param out   [out] struct_size is the caller's. For tca_target_new()
 * @return TCA_E_ARGUMENT, TCA_E_NO_MEMORY, TCA_E_STRUCT_TOO_SMALL
 */
TCA_API tca_result tca_trust_file(const char *path, tca_anchor_holder *out);

TCA_END_DECLS

#endif
