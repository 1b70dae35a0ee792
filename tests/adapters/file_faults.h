/* SPDX-License-Identifier: MIT */
/* The system's calls on files, which fail when they are told to. They stand in front of the C
 * library's for the whole program, which therefore links the library under test statically. */
#ifndef FILE_FAULTS_H
#define FILE_FAULTS_H

#include <stdbool.h>

typedef enum file_fault_mode {
    FILE_FAULT_ONCE,   /* the nth call fails */
    FILE_FAULT_ONWARD, /* the nth and every later one */
    FILE_FAULT_SHORT,  /* nothing fails; reads and writes do one byte from the nth on */
} file_fault_mode;

typedef struct file_fault {
    int error;
    file_fault_mode mode;
} file_fault;

/* What is tried at every call. */
#define FILE_FAULTS 8
extern const file_fault file_faults[FILE_FAULTS];

/* Of EINTR no more is seen where it is nothing but a reason to try again. */
bool file_fault_is_retried(const char *call);

/* Calls are counted from 1; with 0 none fails. A call that closes a file closes it, whatever it
 * says. */
void file_faults_arm(unsigned nth, int error, file_fault_mode mode);

/* What the first call that failed is called: "fsync"; NULL when there was none. */
const char *file_faults_disarm(void);

/* What was called since it was armed, in its order: " openat read close". */
const char *file_faults_calls(void);

/* From now on a lock is held by somebody else, and time passes as fast as it is waited for. */
void file_faults_hold_lock(bool held);

/* How long was waited since then, in milliseconds. */
unsigned file_faults_waited(void);

#endif
