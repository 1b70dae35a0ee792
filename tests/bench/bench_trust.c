/* SPDX-License-Identifier: MIT */
/* Verifying devices: seen before, for the first time, of many tenants, forged, by two threads. */
#define _GNU_SOURCE
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "../../examples/openssl_verifier.h"

#include "bench.h"
#include "crypto/crypto.h"
#include "peers.h"
#include "simulator/issuer.h"

#define SEED UINT64_C(20260701)
#define DAY INT64_C(86400)
#define TENANT "00000000-1111-4222-8333-444444444444"
#define MANY_TENANTS 10000u

static void stop(const char *why) {
    fprintf(stderr, "bench: %s\n", why);
    exit(EXIT_FAILURE);
}

static void done(tca_result result, const char *what) {
    if (result != TCA_OK) {
        fprintf(stderr, "bench: %s: %s\n", what, tca_result_name(result));
        exit(EXIT_FAILURE);
    }
}

/* ---- certificates: dates around the real time, which the peers go by ---- */

static tca_unix today;
static issued *root, *policy, *ca_a, *ca_b, *ca_rsa;

static issued *make_ca(int64_t age, key_type key) {
    issued *made = NULL;
    tenant_ca_options options = {.tenant = TENANT, .not_before = today - age, .key = key};
    if (issuer_tenant_ca(SEED, policy, &options, &made) != 0) {
        stop("no tenant CA");
    }
    return made;
}

static issued *make_device(const issued *ca, char digit, int64_t age) {
    issued *made = NULL;
    char id[129];
    memset(id, digit, sizeof(id) - 1);
    id[sizeof(id) - 1] = '\0';
    device_options options = {.id = id, .not_before = today - age, .life = 5 * DAY};
    if (issuer_device(SEED, ca, &options, &made) != 0) {
        stop("no device");
    }
    return made;
}

static void make_certificates(void) {
    if (issuer_root_2020(SEED, &root) != 0 ||
        issuer_policy_ca(SEED, root, 2022, today - 1000 * DAY, today + 3000 * DAY, &policy) != 0) {
        stop("no hierarchy");
    }
    ca_a = make_ca(700 * DAY, KEY_P384);
    ca_b = make_ca(60 * DAY, KEY_P384);
    ca_rsa = make_ca(50 * DAY, KEY_RSA_2048);
}

static tca_inventory *inventory_of(const char *tenant, const der_view *cas, size_t count) {
    tca_inventory_builder *builder = NULL;
    tca_inventory *inventory = NULL;
    tca_inventory_options options = {
        .struct_size = sizeof(options), .tenant = tenant, .tenant_length = strlen(tenant)};
    done(tca_inventory_builder_new(&options, &builder, NULL), "builder");
    for (size_t i = 0; i < count; i++) {
        tca_service_record record = {.struct_size = sizeof(record),
                                     .status = i + 1 == count ? TCA_SERVICE_ACTIVE
                                                              : TCA_SERVICE_INACTIVE};
        tca_certificate *certificate = NULL;
        done(tca_certificate_parse(cas[i].data, cas[i].length, NULL, &certificate, NULL), "CA");
        done(tca_inventory_builder_add(builder, certificate, &record, NULL), "add");
        tca_certificate_unref(certificate);
    }
    done(tca_inventory_builder_finish(builder, &inventory, NULL), "inventory");
    tca_inventory_builder_unref(builder);
    return inventory;
}

static tca_trust_set *set_of(tca_inventory *const *inventories, size_t count,
                             const tca_verifier *verifier) {
    tca_trust_builder *builder = NULL;
    tca_trust_set *set = NULL;
    tca_trust_options options = {.struct_size = sizeof(options),
                                 .secret = (const uint8_t *)"sixteen letters!",
                                 .secret_length = TCA_TRUST_SECRET_SIZE};
    done(tca_trust_builder_new(&options, &builder, NULL), "trust builder");
    for (size_t i = 0; i < count; i++) {
        done(tca_trust_builder_add(builder, inventories[i], NULL), "trust add");
    }
    if (verifier != NULL) {
        done(tca_trust_builder_set_verifier(builder, verifier, NULL), "verifier");
    }
    done(tca_trust_builder_finish(builder, today, 0, &set, NULL), "trust set");
    tca_trust_builder_unref(builder);
    return set;
}

static tca_trust_set *set_of_cas(const issued *const *cas, size_t count,
                                 const tca_verifier *verifier) {
    der_view ders[4];
    for (size_t i = 0; i < count; i++) {
        ders[i] = der_seen(&cas[i]->certificate);
    }
    tca_inventory *inventory = inventory_of(TENANT, ders, count);
    tca_trust_set *set = set_of(&inventory, 1, verifier);
    tca_inventory_unref(inventory);
    return set;
}

/* ---- what is measured ---- */

typedef struct asked {
    const tca_trust_set *set;
    tca_verdict_cache *cache;
    const char *tenant;
    der_view leaves[2]; /* in turn */
    tca_result expected;
    uint32_t number;
} asked;

static void ask(void *context) {
    asked *one = context;
    der_view leaf = one->leaves[one->number++ % 2];
    tca_verdict verdict = {.struct_size = sizeof(verdict)};
    tca_verify_options options = {.struct_size = sizeof(options),
                                  .tenant = one->tenant,
                                  .tenant_length = one->tenant == NULL ? 0 : strlen(one->tenant),
                                  .cache = one->cache};
    if (tca_trust_verify(one->set, &leaf.data, &leaf.length, 1, today, &options, &verdict, NULL) !=
        one->expected) {
        stop(tca_refusal_name(verdict.refusal));
    }
}

static asked asking(const tca_trust_set *set, const issued *leaf, tca_result expected) {
    der_view seen = der_seen(&leaf->certificate);
    return (asked){.set = set, .leaves = {seen, seen}, .expected = expected};
}

/* The signature check alone, its key and digest ready. */
typedef struct bare {
    tcai_key *mbedtls;
    EVP_PKEY_CTX *openssl;
    tcai_x509 leaf;
    tcai_digest digest;
} bare;

static void make_bare(bare *one, const issued *ca, const issued *leaf) {
    tcai_x509 issuer;
    der_view ca_der = der_seen(&ca->certificate), leaf_der = der_seen(&leaf->certificate);
    done(tcai_x509_read((tcai_span){ca_der.data, ca_der.length}, &issuer, NULL), "CA");
    done(tcai_x509_read((tcai_span){leaf_der.data, leaf_der.length}, &one->leaf, NULL), "leaf");
    done(tcai_signature_digest(one->leaf.signature_algorithm, one->leaf.tbs, &one->digest, NULL),
         "digest");
    done(tcai_key_new(issuer.public_key, issuer.key_type, &one->mbedtls, NULL), "key");
    const unsigned char *at = issuer.public_key.data;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &at, (long)issuer.public_key.length);
    one->openssl = EVP_PKEY_CTX_new(key, NULL);
    EVP_PKEY_verify_init(one->openssl);
    EVP_PKEY_CTX_set_signature_md(one->openssl, openssl_digest_of(one->leaf.signature_algorithm));
    EVP_PKEY_free(key);
}

static void free_bare(bare *one) {
    tcai_key_free(one->mbedtls);
    EVP_PKEY_CTX_free(one->openssl);
}

static void check_bare_mbedtls(void *context) {
    bare *one = context;
    done(tcai_key_check(one->mbedtls, one->leaf.signature_algorithm,
                        (tcai_span){one->digest.bytes, one->digest.length}, one->leaf.signature,
                        NULL),
         "bare mbedTLS");
}

static void digest_and_check_mbedtls(void *context) {
    bare *one = context;
    done(tcai_signature_digest(one->leaf.signature_algorithm, one->leaf.tbs, &one->digest, NULL),
         "digest");
    check_bare_mbedtls(one);
}

static void check_bare_openssl(void *context) {
    const bare *one = context;
    if (EVP_PKEY_verify(one->openssl, one->leaf.signature.data, one->leaf.signature.length,
                        one->digest.bytes, one->digest.length) != 1) {
        stop("bare OpenSSL");
    }
}

typedef struct peer_asked {
    const bench_peer *peer;
    void *trust;
    peer_der leaf;
} peer_asked;

static void ask_peer(void *context) {
    const peer_asked *one = context;
    if (one->peer->verify(one->trust, one->leaf) != 1) {
        stop(one->peer->name);
    }
}

/* ---- for the first time ---- */

static double peers_us[3]; /* OpenSSL, wolfSSL, GnuTLS; 0: not there */
static const bench_peer *const peers[3] = {&peer_openssl, &peer_wolfssl, &peer_gnutls};

static void bench_peers(const issued *device) {
    der_view chain[] = {der_seen(&ca_b->certificate), der_seen(&policy->certificate),
                        der_seen(&root->certificate)};
    peer_der ders[3];
    der_view leaf = der_seen(&device->certificate);
    for (size_t i = 0; i < 3; i++) {
        ders[i] = (peer_der){chain[i].data, chain[i].length};
    }
    for (size_t i = 0; i < 3; i++) {
        if (peers[i]->open == NULL) {
            printf("%-46s not there: install its -dev package\n", peers[i]->name);
            continue;
        }
        peer_asked one = {peers[i], peers[i]->open(ders, 3), {leaf.data, leaf.length}};
        bench_work *work = ask_peer;
        void *context = &one;
        unsigned repeats = 20;
        bench_measure(&work, &context, &repeats, 1, &peers_us[i]);
        peers[i]->close(one.trust);
    }
}

static void bench_first_time(void) {
    issued *device = make_device(ca_b, 'b', 0);
    const issued *const only_b[] = {ca_b};
    tca_trust_set *mbedtls = set_of_cas(only_b, 1, NULL);
    tca_trust_set *openssl = set_of_cas(only_b, 1, &openssl_verifier);
    asked with_mbedtls = asking(mbedtls, device, TCA_OK);
    asked with_openssl = asking(openssl, device, TCA_OK);
    bare naked;
    make_bare(&naked, ca_b, device);
    bench_peers(device);
    bench_work *works[] = {ask, check_bare_mbedtls, ask, check_bare_openssl};
    void *contexts[] = {&with_mbedtls, &naked, &with_openssl, &naked};
    unsigned repeats[] = {4, 4, 20, 20};
    double us[4];
    bench_measure(works, contexts, repeats, 4, us);
    bench_row("first time, mbedTLS: its bare check", us[0], us[1], 0, 1.05);
    bench_row("first time, OpenSSL verifier: its bare check", us[2], us[3], 0, 1.05);
    bench_row("first time, OpenSSL verifier: d2i + verify_cert", us[2], peers_us[0], 0, 1);
    free_bare(&naked);
    issued_free(device);
    tca_trust_set_unref(mbedtls);
    tca_trust_set_unref(openssl);
}

/* ---- seen before ---- */

/* Any number of certificates that differ, made of one by writing into its serial number. The
 * verifier calls them good; it was honest when it was tried. */
static atomic_bool generous;

static void check_generously(void *user, void *key, uint32_t signature_algorithm,
                             const uint8_t *digest, size_t digest_length, const uint8_t *signature,
                             size_t signature_length, tca_reply *reply) {
    if (atomic_load(&generous)) {
        tca_reply_done(reply);
    } else {
        openssl_check(user, key, signature_algorithm, digest, digest_length, signature,
                      signature_length, reply);
    }
}

typedef struct crowd {
    asked ask;
    uint8_t leaf[2048];
    uint8_t *serial;
    uint32_t count;
    uint32_t next;
} crowd;

static void show(crowd *one, uint32_t number) {
    for (size_t i = 0; i < 4; i++) {
        one->serial[4 + i] = (uint8_t)(number >> (8 * i));
    }
    ask(&one->ask);
}

static void show_next(void *context) {
    crowd *one = context;
    one->next = one->next * 1664525u + 1013904223u;
    show(one, (uint32_t)((uint64_t)one->next * one->count >> 32));
}

static void make_crowd(crowd *one, const tca_trust_set *set, const issued *device, uint32_t count) {
    tca_cache_options options = {.struct_size = sizeof(options),
                                 .max_entries = count,
                                 .max_certificate_bytes = 640,
                                 .secret = (const uint8_t *)"sixteen letters!",
                                 .secret_length = TCA_TRUST_SECRET_SIZE};
    tcai_x509 x509;
    *one = (crowd){.ask = asking(set, device, TCA_OK), .count = count, .next = 1};
    size_t length = device->certificate.length;
    memcpy(one->leaf, device->certificate.data, length);
    one->ask.leaves[0] = one->ask.leaves[1] = (der_view){one->leaf, length};
    done(tcai_x509_read((tcai_span){one->leaf, length}, &x509, NULL), "leaf");
    one->serial = one->leaf + (x509.serial.data - one->leaf);
    done(tca_verdict_cache_new(&options, &one->ask.cache, NULL), "cache");
    for (uint32_t i = 0; i < count; i++) {
        show(one, i);
    }
}

static double bench_crowd(const tca_trust_set *set, const issued *device, uint32_t count) {
    static crowd one;
    double us;
    make_crowd(&one, set, device, count);
    bench_work *work = show_next;
    void *context = &one;
    unsigned repeats = 200000;
    bench_measure(&work, &context, &repeats, 1, &us);
    tca_cache_statistics statistics = {.struct_size = sizeof(statistics)};
    (void)tca_verdict_cache_get_statistics(one.ask.cache, &statistics);
    printf("  of %u kept, %.3f %% were replaced, %.4f %% of the questions missed\n",
           (unsigned)count, 100 * (double)statistics.replaced / count,
           100 * (double)(statistics.misses - count) /
               (double)(statistics.hits + statistics.misses - count));
    tca_verdict_cache_unref(one.ask.cache);
    return us;
}

static void bench_seen(void) {
    issued *device = make_device(ca_b, 'b', 0);
    const issued *const only_b[] = {ca_b};
    tca_verifier verifier = openssl_verifier;
    verifier.check = check_generously;
    tca_trust_set *set = set_of_cas(only_b, 1, &verifier);
    atomic_store(&generous, true);
    double few = bench_crowd(set, device, 10000);
    double many = bench_crowd(set, device, 1000000);
    atomic_store(&generous, false);
    bench_value("seen before, one of 10 000", few, "us", 1);
    bench_value("seen before, one of 1 000 000", many, "us", 3);
    for (size_t i = 0; i < 3; i++) {
        static const double bars[] = {300, 100, 100};
        char line[64];
        if (peers_us[i] > 0) {
            snprintf(line, sizeof(line), "seen before, one of 10 000: %s", peers[i]->name);
            bench_row(line, few, peers_us[i], 1, bars[i]);
        }
    }
    issued_free(device);
    tca_trust_set_unref(set);
}

/* ---- A and B ---- */

static void bench_pair(void) {
    issued *of_a = make_device(ca_a, 'a', DAY), *of_b = make_device(ca_b, 'b', 0);
    issued *same_a = make_device(ca_a, 'c', DAY / 2), *same_b = make_device(ca_b, 'd', DAY / 2);
    const issued *const only_b[] = {ca_b}, *const both[] = {ca_a, ca_b};
    tca_trust_set *one = set_of_cas(only_b, 1, &openssl_verifier);
    tca_trust_set *two = set_of_cas(both, 2, &openssl_verifier);
    tca_trust_set *mixed = set_of_cas(both, 2, &openssl_verifier);
    tca_verdict_cache *cache = NULL;
    done(tca_verdict_cache_new(NULL, &cache, NULL), "cache");
    asked single = asking(one, of_b, TCA_OK), in_turn = asking(two, of_a, TCA_OK);
    asked blind = asking(mixed, same_a, TCA_OK), seen = asking(one, of_b, TCA_OK);
    in_turn.leaves[1] = der_seen(&of_b->certificate);
    blind.leaves[1] = der_seen(&same_b->certificate);
    seen.cache = cache;
    asked seen_in_turn = in_turn;
    seen_in_turn.cache = cache;
    bench_work *works[] = {ask, ask, ask, ask, ask};
    void *contexts[] = {&in_turn, &single, &blind, &seen_in_turn, &seen};
    unsigned repeats[] = {20, 20, 20, 50000, 50000};
    double us[5];
    bench_measure(works, contexts, repeats, 5, us);
    bench_row("A and B in turn, first time: one anchor", us[0], us[1], 0, 1.1);
    bench_row("A and B in turn, seen before: one anchor", us[3], us[4], 0, 1.1);
    bench_row("  first time, both from the same second", us[2], us[1], 0, 2.2);
    tca_verdict_cache_unref(cache);
    tca_trust_set_unref(one);
    tca_trust_set_unref(two);
    tca_trust_set_unref(mixed);
    issued_free(of_a);
    issued_free(of_b);
    issued_free(same_a);
    issued_free(same_b);
}

/* ---- many tenants ---- */

/* Of one certificate: the tenant's number in its name, so each has a name of its own. */
static tca_inventory *numbered_inventory(uint32_t number) {
    uint8_t body[2048];
    char tenant[37];
    snprintf(tenant, sizeof(tenant), "%08x%s", (unsigned)number, &TENANT[8]);
    der_view ca = der_seen(&ca_b->certificate);
    memcpy(body, ca.data, ca.length);
    uint8_t *place = memmem(body, ca.length, TENANT, strlen(TENANT));
    if (place == NULL) {
        stop("the CA does not name its tenant");
    }
    memcpy(place, tenant, 36);
    return inventory_of(tenant, &(der_view){body, ca.length}, 1);
}

static size_t heap(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static void build_many(void *context) {
    tca_trust_set_unref(set_of(context, MANY_TENANTS, NULL));
}

static void bench_building(tca_inventory *const *inventories) {
    bench_work *work = build_many;
    void *context = (void *)(uintptr_t)inventories;
    unsigned repeats = 1;
    double us;
    bench_measure(&work, &context, &repeats, 1, &us);
    bench_value("building a set of 10 000 tenants", us / 1000, "ms", 50);
    malloc_trim(0);
    size_t before = heap();
    tca_trust_set *set = set_of(inventories, MANY_TENANTS, NULL);
    double bytes = (double)(heap() - before) / MANY_TENANTS;
    bench_value("memory, a P-384 anchor, all of it", bytes, "bytes",
                512 + (double)ca_b->certificate.length);
    tca_trust_set_unref(set);
}

static void bench_tenants(void) {
    static tca_inventory *inventories[MANY_TENANTS];
    issued *device = make_device(ca_b, 'b', 0);
    issued *stranger = make_device(policy, 's', 0); /* of no tenant */
    for (uint32_t i = 0; i < MANY_TENANTS; i++) {
        inventories[i] = numbered_inventory(i);
    }
    bench_building(inventories);
    tca_trust_set *one = set_of(inventories, 1, &openssl_verifier);
    tca_trust_set *many = set_of(inventories, MANY_TENANTS, &openssl_verifier);
    tca_verdict_cache *cache = NULL;
    done(tca_verdict_cache_new(NULL, &cache, NULL), "cache");
    asked first_one = asking(one, device, TCA_OK), first_many = asking(many, device, TCA_OK);
    asked seen_one = first_one, seen_many = first_many;
    seen_one.cache = seen_many.cache = cache;
    asked unknown = asking(many, stranger, TCA_E_NOT_TRUSTED);
    asked wrong = asking(many, device, TCA_E_NOT_TRUSTED);
    wrong.tenant = "00000007-1111-4222-8333-444444444444";
    bench_work *works[] = {ask, ask, ask, ask, ask, ask};
    void *contexts[] = {&first_many, &first_one, &seen_many, &seen_one, &unknown, &wrong};
    unsigned repeats[] = {20, 20, 50000, 50000, 50000, 50000};
    double us[6];
    bench_measure(works, contexts, repeats, 6, us);
    bench_row("first time among 10 000 tenants: among 1", us[0], us[1], 0, 1.1);
    bench_row("seen before among 10 000 tenants: among 1", us[2], us[3], 0, 1.1);
    bench_value("refused: unknown issuer", us[4], "us", 0.5);
    bench_value("refused: wrong tenant", us[5], "us", 0.5);
    for (uint32_t i = 0; i < MANY_TENANTS; i++) {
        tca_inventory_unref(inventories[i]);
    }
    tca_verdict_cache_unref(cache);
    tca_trust_set_unref(one);
    tca_trust_set_unref(many);
    issued_free(device);
    issued_free(stranger);
}

/* ---- the set in use ---- */

static void acquire(void *context) {
    tca_trust_set *set = NULL;
    done(tca_trust_holder_acquire(context, &set), "acquire");
    tca_trust_set_unref(set);
}

static void bench_holder(void) {
    const issued *const only_b[] = {ca_b};
    tca_trust_set *set = set_of_cas(only_b, 1, NULL);
    tca_trust_holder *holder = NULL;
    done(tca_trust_holder_new(set, &holder, NULL), "holder");
    bench_work *work = acquire;
    void *context = holder;
    unsigned repeats = 200000;
    double us;
    bench_measure(&work, &context, &repeats, 1, &us);
    bench_value("acquiring the set in use and letting it go", us, "us", 0.1);
    tca_trust_holder_unref(holder);
    tca_trust_set_unref(set);
}

/* ---- forged: right names, wrong signature ---- */

static void bench_forged(void) {
    issued *device = make_device(ca_b, 'f', 0);
    const issued *const both[] = {ca_a, ca_b};
    tca_trust_set *sets[] = {set_of_cas(both + 1, 1, NULL), set_of_cas(both, 2, NULL),
                             set_of_cas(both + 1, 1, &openssl_verifier),
                             set_of_cas(both, 2, &openssl_verifier)};
    static const char *const names[] = {"mbedTLS, B trusted", "mbedTLS, A and B trusted",
                                        "OpenSSL, B trusted", "OpenSSL, A and B trusted"};
    device->certificate.data[device->certificate.length - 1] ^= 1u;
    for (size_t i = 0; i < 4; i++) {
        asked forged = asking(sets[i], device, TCA_E_NOT_TRUSTED);
        bench_work *work = ask;
        void *context = &forged;
        unsigned repeats = 4;
        double us;
        bench_measure(&work, &context, &repeats, 1, &us);
        printf("forged, refused a second and core: %-27s %8.0f\n", names[i], 1e6 / us);
        tca_trust_set_unref(sets[i]);
    }
    issued_free(device);
}

/* ---- two threads ---- */

typedef struct runner {
    bench_work *work;
    void *context;
    unsigned repeats;
} runner;

static void *run(void *argument) {
    const runner *one = argument;
    for (unsigned i = 0; i < one->repeats; i++) {
        one->work(one->context);
    }
    return NULL;
}

static double run_two(runner runners[2]) {
    pthread_t other;
    double start = bench_seconds();
    pthread_create(&other, NULL, run, &runners[1]);
    run(&runners[0]);
    pthread_join(other, NULL);
    return bench_seconds() - start;
}

static void compare_threads(const char *what, const issued *ca, char digit, unsigned repeats) {
    issued *device = make_device(ca, digit, 0);
    const issued *const cas[] = {ca};
    tca_trust_set *set = set_of_cas(cas, 1, NULL);
    asked asks[2] = {asking(set, device, TCA_OK), asking(set, device, TCA_OK)};
    bare naked[2];
    double samples[2][BENCH_ROUNDS];
    make_bare(&naked[0], ca, device);
    make_bare(&naked[1], ca, device);
    for (size_t i = 0; i < BENCH_ROUNDS; i++) {
        runner ours[2] = {{ask, &asks[0], repeats}, {ask, &asks[1], repeats}};
        runner theirs[2] = {{digest_and_check_mbedtls, &naked[0], repeats},
                            {digest_and_check_mbedtls, &naked[1], repeats}};
        samples[0][i] = run_two(ours);
        samples[1][i] = run_two(theirs);
    }
    for (size_t i = 0; i < 2; i++) {
        qsort(samples[i], BENCH_ROUNDS, sizeof(double), bench_compare);
    }
    bench_row(what, samples[0][BENCH_ROUNDS / 2] * 1e6 / repeats,
              samples[1][BENCH_ROUNDS / 2] * 1e6 / repeats, 1, 0.95);
    free_bare(&naked[0]);
    free_bare(&naked[1]);
    issued_free(device);
    tca_trust_set_unref(set);
}

static void bench_threads(void) {
    cpu_set_t all;
    memset(&all, 0xFF, sizeof(all));
    (void)sched_setaffinity(0, sizeof(all), &all); /* `make bench` pins the rest to one core */
    compare_threads("two threads, P-384: digest, check, keys apart", ca_b, 'p', 40);
    compare_threads("two threads, RSA: digest, check, keys apart", ca_rsa, 'r', 2000);
}

int main(void) {
    today = (tca_unix)time(NULL);
    make_certificates();
    printf("microseconds, medians of %d rounds; CA P-384, device P-256\n", BENCH_ROUNDS);
    bench_head();
    bench_first_time();
    bench_seen();
    bench_pair();
    bench_tenants();
    bench_holder();
    bench_forged();
    bench_threads();
    issued *const made[] = {root, policy, ca_a, ca_b, ca_rsa};
    for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
        issued_free(made[i]);
    }
    return EXIT_SUCCESS;
}
