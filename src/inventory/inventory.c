/* SPDX-License-Identifier: MIT */
/* The finished inventory and its entries. */
#include <stdlib.h>
#include <string.h>

#include "inventory/inventory.h"

void tcai_entry_release(tca_entry *entry) {
    tca_certificate_unref(entry->certificate);
    tca_bytes_unref(entry->thumbprint);
    tca_bytes_unref(entry->serial);
    *entry = (tca_entry){0};
}

tca_entry tcai_entry_share(const tca_entry *entry) {
    tca_entry shared = *entry;
    tca_certificate_ref(entry->certificate, &shared.certificate);
    if (shared.thumbprint != NULL) {
        tcai_reference(&shared.thumbprint->references);
    }
    if (shared.serial != NULL) {
        tcai_reference(&shared.serial->references);
    }
    return shared;
}

void tca_inventory_ref(const tca_inventory *inventory, tca_inventory **out) {
    if (out == NULL) {
        return;
    }
    *out = (tca_inventory *)inventory;
    if (inventory != NULL) {
        tcai_reference(&(*out)->references);
    }
}

void tca_inventory_unref(tca_inventory *inventory) {
    if (inventory == NULL || !tcai_dereference(&inventory->references)) {
        return;
    }
    for (uint32_t i = 0; i < inventory->count; i++) {
        tcai_entry_release(&inventory->entries[i]);
    }
    free(inventory->entries);
    free(inventory);
}

tca_result tca_inventory_tenant(const tca_inventory *inventory, const char **text, size_t *length) {
    bool complete = inventory != NULL && text != NULL && length != NULL;
    bool present = complete && inventory->tenant[0] != '\0';
    if (text != NULL) {
        *text = present ? inventory->tenant : NULL;
    }
    if (length != NULL) {
        *length = present ? TCAI_GUID_LENGTH : 0;
    }
    return !complete ? TCA_E_ARGUMENT : present ? TCA_OK : TCA_E_NOT_FOUND;
}

uint32_t tca_inventory_count(const tca_inventory *inventory) {
    return inventory == NULL ? 0 : inventory->count;
}

tca_result tca_inventory_get(const tca_inventory *inventory, uint32_t index,
                             const tca_entry **out) {
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    *out = NULL;
    if (inventory == NULL) {
        return TCA_E_ARGUMENT;
    }
    if (index >= inventory->count) {
        return TCA_E_NOT_FOUND;
    }
    *out = &inventory->entries[index];
    return TCA_OK;
}

tca_result tca_entry_get_info(const tca_entry *entry, tca_entry_info *info) {
    size_t first = TCAI_END_OF(tca_entry_info, reserved);
    if (info == NULL) {
        return TCA_E_ARGUMENT;
    }
    if (entry == NULL) {
        (void)tcai_export(info, first, NULL, sizeof(*info));
        return TCA_E_ARGUMENT;
    }
    tca_entry_info known = {
        .flags = entry->flags,
        .not_before = entry->not_before,
        .not_after = entry->not_after,
        .role = entry->role,
        .service_status = entry->service_status,
        .anomalies = entry->anomalies,
    };
    return tcai_export(info, first, &known, sizeof(known));
}

tca_result tca_entry_certificate(const tca_entry *entry, const tca_certificate **out) {
    if (out == NULL) {
        return TCA_E_ARGUMENT;
    }
    *out = entry == NULL ? NULL : entry->certificate;
    return entry == NULL ? TCA_E_ARGUMENT : *out == NULL ? TCA_E_NOT_FOUND : TCA_OK;
}

/* What the service gave, where there is no body to ask. */
static tca_result hand_out(const tca_bytes *bytes, const char **text, size_t *length) {
    *text = bytes == NULL ? NULL : (const char *)bytes->data;
    *length = bytes == NULL ? 0 : bytes->length;
    return bytes == NULL ? TCA_E_NOT_FOUND : TCA_OK;
}

static tca_result refuse(const char **text, size_t *length) {
    if (text != NULL) {
        *text = NULL;
    }
    if (length != NULL) {
        *length = 0;
    }
    return TCA_E_ARGUMENT;
}

tca_result tca_entry_thumbprint(const tca_entry *entry, const char **text, size_t *length) {
    if (entry == NULL || text == NULL || length == NULL) {
        return refuse(text, length);
    }
    return entry->certificate != NULL ? tca_certificate_thumbprint(entry->certificate, text, length)
                                      : hand_out(entry->thumbprint, text, length);
}

tca_result tca_entry_serial(const tca_entry *entry, const char **text, size_t *length) {
    if (entry == NULL || text == NULL || length == NULL) {
        return refuse(text, length);
    }
    return entry->certificate != NULL
               ? tca_certificate_serial_text(entry->certificate, text, length)
               : hand_out(entry->serial, text, length);
}

const char *tca_role_name(uint32_t role) {
    static const char *const names[] = {"other", "upper-ca", "tenant-ca"};
    return TCAI_NAME_IN(names, role);
}

const char *tca_anomaly_name(uint32_t bit) {
    static const struct {
        uint32_t bit;
        const char *name;
    } names[] = {
        {TCA_ANOMALY_THUMBPRINT_MISMATCH, "thumbprint-mismatch"},
        {TCA_ANOMALY_SERIAL_MISMATCH, "serial-mismatch"},
        {TCA_ANOMALY_DATE_MISMATCH, "date-mismatch"},
        {TCA_ANOMALY_FOREIGN_TENANT, "foreign-tenant"},
        {TCA_ANOMALY_NO_DATES, "no-dates"},
        {TCA_ANOMALY_WITHHELD, "withheld"},
        {TCA_ANOMALY_UNKNOWN_STATUS, "unknown-status"},
        {TCA_ANOMALY_LISTED_TWICE, "listed-twice"},
        {TCA_ANOMALY_NOT_A_CA, "not-a-ca"},
        {TCA_ANOMALY_NO_ACTIVE, "no-active"},
        {TCA_ANOMALY_SEVERAL_ACTIVE, "several-active"},
        {TCA_ANOMALY_ACTIVE_EXPIRED, "active-expired"},
        {TCA_ANOMALY_ACTIVE_NOT_YET_VALID, "active-not-yet-valid"},
        {TCA_ANOMALY_ACTIVE_WITHOUT_DATES, "active-without-dates"},
        {TCA_ANOMALY_EXPIRED_TOO_EARLY, "expired-too-early"},
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].bit == bit) {
            return names[i].name;
        }
    }
    return "unknown";
}

static tca_inventory *new_like(const tca_inventory *inventory, uint32_t count) {
    tca_inventory *made = calloc(1, sizeof(*made));
    tca_entry *entries = calloc((size_t)count + 1, sizeof(*entries));
    if (made == NULL || entries == NULL) {
        free(made);
        free(entries);
        return NULL;
    }
    atomic_init(&made->references, 1);
    memcpy(made->tenant, inventory->tenant, sizeof(made->tenant));
    made->entries = entries;
    made->count = count;
    return made;
}

tca_result tcai_inventory_of(const tca_inventory *inventory, const tca_entry *const *entries,
                             uint32_t count, tca_inventory **out, tca_error *error) {
    tca_inventory *made = new_like(inventory, count);
    if (made == NULL) {
        return tcai_fail_memory(error);
    }
    for (uint32_t i = 0; i < count; i++) {
        made->entries[i] = tcai_entry_share(entries[i]);
    }
    *out = made;
    return TCA_OK;
}

tca_result tcai_inventory_with_revoked(const tca_inventory *inventory, const bool *revoked,
                                       tca_inventory **out, tca_error *error) {
    tca_inventory *made = new_like(inventory, inventory->count);
    if (made == NULL) {
        return tcai_fail_memory(error);
    }
    for (uint32_t i = 0; i < inventory->count; i++) {
        made->entries[i] = tcai_entry_share(&inventory->entries[i]);
        if (revoked[i]) {
            made->entries[i].service_status = TCA_SERVICE_REVOKED;
        }
    }
    *out = made;
    return TCA_OK;
}
