/* SPDX-License-Identifier: MIT */
/* A fleet of devices, and the three cloud services that they connect to, on the simulated service.
 */
#ifndef DEMO_FLEET_H
#define DEMO_FLEET_H

#include "simulator/engine.h"
#include "tool.h"

/* What a rollout over the simulated hub, DPS and IoT Central needs. */
typedef struct demo_fleet {
    engine *service;
    const char *tenant; /* GUID */
    tca_host *host;
    tca_sphere *sphere;
    tca_rollout *rollout;
    tca_error *error;
    int day; /* of what is told */
} demo_fleet;

/* False after a complaint. `service` stays the caller's. */
bool demo_fleet_open(demo_fleet *fleet, engine *service, const char *tenant);
void demo_fleet_close(demo_fleet *fleet);

/* Where `wanted`, apply the plan; what changes is printed. False after a complaint. */
bool demo_fleet_apply(demo_fleet *fleet, int day, bool wanted);

/* A device of the tenant, its certificate issued now, tries each service: how many let it in, out
 * of DEMO_FLEET_SERVICES; negative after a complaint. */
#define DEMO_FLEET_SERVICES 3
int demo_fleet_connect(demo_fleet *fleet);

#endif
