/* SPDX-License-Identifier: MIT */
/** @file export.h  Visibility of the library's symbols. */
#ifndef TENANTCA_EXPORT_H
#define TENANTCA_EXPORT_H

#if defined(__GNUC__) && !defined(TENANTCA_STATIC)
#define TCA_API __attribute__((visibility("default")))
#else
#define TCA_API
#endif

#ifdef __cplusplus
#define TCA_BEGIN_DECLS extern "C" {
#define TCA_END_DECLS }
#else
#define TCA_BEGIN_DECLS
#define TCA_END_DECLS
#endif

#endif
