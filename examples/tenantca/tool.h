/* SPDX-License-Identifier: MIT */
/* What the files of the command-line tool share. */
#ifndef TOOL_H
#define TOOL_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>
#include <tenantca/adapters.h>
#include <tenantca/tenantca.h>

/* Exit statuses of every command so far. */
#define EXIT_DONE 0
#define EXIT_ERROR 1
#define EXIT_USAGE 2
#define EXIT_STEPS 2 /* plan --detailed-exitcode: there are steps to do */

typedef struct tenant_configuration tenant_configuration;
typedef struct tool_configuration tool_configuration;

/* ---- commands and options ---- */

/* Which options a command takes. */
#define TAKES_SOURCE 0x1u   /* --from */
#define TAKES_TENANT 0x100u /* --tenant, --now; with any source */
#define TAKES_JSON 0x2u
#define TAKES_CERTIFICATE 0x4u
#define TAKES_FORMAT 0x8u
#define TAKES_DESTINATION 0x10u
#define TAKES_SERVICE 0x20u /* --service and all that goes with it */
#define TAKES_CODE 0x40u
#define ONLY_SERVICE 0x80u   /* a source that is no service will not do */
#define TAKES_TARGETS 0x200u /* --config, --store and all that goes with it; works on targets */
#define TAKES_DETAIL 0x400u
#define TAKES_REMOVAL 0x800u
#define TAKES_READER 0x2000u  /* --for */
#define TAKES_DEVICES 0x4000u /* files of device certificates */
#define IS_MONITORED 0x1000u  /* any mistake is UNKNOWN */

#define TOKEN_FILES_MAX 8

typedef struct tool_options {
    const char *from;
    const char *tenant;
    const char *certificate; /* CERT, --index, --thumbprint or --name */
    const char *destination;
    const char *format;
    const char *service; /* "legacy", "integrated"; NULL: from files */
    const char *endpoint;
    const char *subscription;
    const char *resource_group;
    const char *catalog;
    const char *token_command;
    const char *token_files[TOKEN_FILES_MAX]; /* [AUDIENCE=]FILE */
    size_t token_file_count;
    const char *identity;
    const char *code;
    const char *config;
    const char *store;
    char *const *operands; /* verify: files */
    size_t operand_count;
    const char *reader; /* export: who reads the trust file */
    const char *remove; /* a certificate to be removed before its end */
    bool remove_revoked;
    bool detailed;
    bool json;
    bool force;
    bool help;
    tca_unix now; /* given, or the system's */
    tool_configuration *configuration;
    const tenant_configuration *picked; /* the tenant of the configuration; NULL: all of them */
} tool_options;

typedef struct tool_command {
    const char *name;
    const char *summary;
    const char *examples;
    const char *description;
    unsigned takes; /* TAKES_* */
    int (*run)(const tool_options *options);
} tool_command;

extern const tool_command commands[]; /* ends with one without a name */

/* Read the options behind a command. An exit status, or -1 to go on. */
int options_read(tool_options *options, const tool_command *command, int argc, char **argv);
void options_help(unsigned takes);

/* Read the configuration that the options name, and find its tenant that they mean. False after a
 * complaint. */
bool pick_tenant(tool_options *options, const tool_command *command);
void pick_release(tool_options *options);

void help_tool(void);
void help_command(const tool_command *command);

/* ---- talk: all of it on standard error ---- */

__attribute__((format(printf, 1, 2))) void complain(const char *format, ...);

/* "tenantca: OBJECT: what the library said; what to do next" */
void complain_error(const char *object, const tca_error *error, const char *next);

/* What was complained of first, for monitoring, which reads nothing but standard output. */
const char *first_complaint(void);

/* ---- files ---- */

#define FILE_BYTES_MAX (16u << 20)

/* The whole file; NULL after a complaint. Free it. */
unsigned char *file_read(const char *path, size_t *length);

/* Can a file be written there, as far as can be told before? False after a complaint. */
bool file_may_write(const char *path, bool force);

/* Written whole or not at all, over an existing file only by force. False after a complaint. */
bool file_write(const char *path, const char *text, size_t length, bool force);

/* ---- where the certificates come from ---- */

/* The inventory and its rollover at the time of the options. */
typedef struct tool_view {
    tca_inventory *inventory;
    tca_rollover *rollover;
    tca_rollover_summary summary;
    tca_unix now;
} tool_view;

/* ---- a service ---- */

/* A call of a service, run to its end. */
typedef tca_result live_maker(const tca_sphere *sphere, const tool_options *options,
                              const tca_call_options *limits, tca_call **call, tca_error *error);

/* The call, done; NULL after a complaint. Release it. */
tca_call *live_run(const tool_options *options, live_maker *make);

/* The service's list; NULL after a complaint. */
tca_inventory *live_list(const tool_options *options);

/* False after a complaint. */
bool view_open(tool_view *view, const tool_options *options);
/* Takes the inventory over; without a policy the documented habits count. */
bool view_compute(tool_view *view, tca_inventory *inventory, tca_unix now,
                  const tca_policy *policy);
void view_close(tool_view *view);

const tca_entry *view_entry(const tool_view *view, uint32_t index);
tca_entry_info view_info(const tool_view *view, uint32_t index);
tca_entry_state view_state(const tool_view *view, uint32_t index);
const char *view_thumbprint(const tool_view *view, uint32_t index); /* "" when it has none */
const tca_certificate *view_certificate(const tool_view *view, uint32_t index); /* NULL: no body */

/* The certificate a person means; none named: the active one, or the only one. */
bool view_find(const tool_view *view, const char *name, uint32_t *index);

/* ---- texts ---- */

#define MOMENT_SIZE 64

/* "2026-04-05" and "2026-04-05, in 34 days" (on the day itself: hours or minutes). */
void date_text(tca_unix time, char text[MOMENT_SIZE]);
void moment_text(tca_unix time, tca_unix now, char text[MOMENT_SIZE]);

/* "Active", "Inactive (new)", "upper CA", ... */
const char *status_words(const tool_view *view, uint32_t index, char text[MOMENT_SIZE]);

/* What the stage means, as a sentence. */
const char *stage_sentence(uint32_t stage);

/* Words broken into lines, each behind so many spaces. */
void print_wrapped(const char *text, int indent);

/* Text of foreign origin: control characters are escaped before they reach a terminal. */
void print_foreign(FILE *out, const char *text, size_t length);

/* Colour escapes, empty where colour is not wanted. */
typedef enum tool_colour {
    COLOUR_NONE,
    COLOUR_GOOD,
    COLOUR_WARN,
    COLOUR_BAD,
    COLOUR_FAINT
} tool_colour;
const char *colour_on(tool_colour colour);
const char *colour_off(void);
tool_colour status_colour(const tool_view *view, uint32_t index);

/* ---- parts of the output ---- */

void print_heading(const tool_view *view); /* the tenant */
int status_width(const tool_view *view);   /* of its widest status_words() */
void print_table(const tool_view *view);
void print_stage(const tool_view *view);
void print_event(const tool_view *view);
void print_actions(const tool_view *view);
void print_anomalies(uint32_t anomalies, int indent);

json_t *time_json(tca_unix time);
json_t *text_json(const char *text, size_t length); /* null for NULL; any octets */
json_t *thumbprint_json(const tool_view *view, uint32_t index);
json_t *entry_json(const tool_view *view, uint32_t index);
json_t *windows_json(const tool_view *view);
json_t *anomalies_json(uint32_t anomalies);

/* Print; without a newline behind it. */
bool dump_json(const json_t *document);
/* Print and release; an exit status. */
int print_json(json_t *document);

/* ---- commands: an exit status ---- */

int command_list(const tool_options *options);
int command_show(const tool_options *options);
int command_status(const tool_options *options);
int command_timeline(const tool_options *options);
int command_demo(const tool_options *options);
int command_download(const tool_options *options);
int command_download_chain(const tool_options *options);
int command_download_proof(const tool_options *options);
int command_plan(const tool_options *options);
int command_apply(const tool_options *options);
int command_check(const tool_options *options);
int command_metrics(const tool_options *options);
int command_verify(const tool_options *options);
int command_export(const tool_options *options);

/* Does export know of it? */
bool export_is_reader(const char *name);

/* To monitoring: it could not be found out, because of the first complaint. An exit status. */
int check_unknown(const tool_options *options);

/* ---- text that grows ---- */

typedef struct text_buffer {
    char *data;
    size_t length;
    size_t capacity;
    bool failed;
} text_buffer;

__attribute__((format(printf, 2, 3))) void text_add(text_buffer *text, const char *format, ...);
void text_release(text_buffer *text);

/* To the destination of the options, or else to standard output; an exit status. Releases it. */
int text_deliver(text_buffer *text, const tool_options *options);

/* ---- the picture ---- */

/* The rollover that matters now: the one under way, the one just over, or the next one. */
typedef struct tool_picture {
    uint32_t older; /* index of A */
    uint32_t newer; /* index of B; TCA_NO_INDEX while it is only predicted */
    tca_unix older_start, older_end;
    tca_unix newer_start, newer_end;
    tca_unix due; /* B is expected to be issued; where it is late it is drawn as issued today */
    tca_unix earliest, expected, latest; /* B becomes active */
    tca_unix activated;                  /* where stage 2 ends and stage 3 begins in the drawing */
    tca_unix removed;                    /* where stage 4 ends */
    tca_unix from, to;                   /* what is drawn */
} tool_picture;

#define PICTURE_STAGES 5
#define PICTURE_WINDOWS 5

typedef struct picture_span {
    const char *name;
    tca_unix opens, closes;
    bool predicted_opening, predicted_closing;
    bool stays_open;
} picture_span;

/* Is it the tenant's, and are its dates known? */
bool picture_can_draw(const tool_view *view, uint32_t index);

/* False, without a complaint, when there is none such. */
bool picture_of(const tool_view *view, tool_picture *picture);
bool picture_newer_active(const tool_view *view, const tool_picture *picture);

/* Those there are of: successor due, act, activation, overlap, removal. */
int picture_windows(const tool_view *view, const tool_picture *picture,
                    picture_span out[PICTURE_WINDOWS]);
/* Where each of the five stages ends. */
void picture_stages(const tool_picture *picture, tca_unix ends[PICTURE_STAGES]);
/* The number, 1 to 5, that today falls into; 0 where the stage cannot be told. */
unsigned picture_stage_now(const tool_view *view, const tool_picture *picture);
const char *picture_stage_text(unsigned number);

void picture_svg(const tool_view *view, const tool_picture *picture, text_buffer *out);
void picture_text(const tool_view *view, const tool_picture *picture, text_buffer *out);

#endif
