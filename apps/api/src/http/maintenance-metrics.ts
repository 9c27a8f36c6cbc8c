import type { MaintenanceService, MaintenanceStateService } from '@granary/forge';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Repacks and the like: runs and seconds of this process, repositories whose last run failed over all of them. */
export function measureMaintenance(
  registry: Registry,
  { totals }: MaintenanceService,
  state: MaintenanceStateService,
): void {
  const runs = new Counter({
    name: 'granary_maintenance_runs_total',
    help: 'Maintenance runs of repositories in this process, by outcome',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      runs.reset();
      for (const [outcome, count] of Object.entries(totals.runs)) runs.inc({ outcome }, count);
    },
  });
  const seconds = new Counter({
    name: 'granary_maintenance_seconds_total',
    help: 'Time that maintenance runs of repositories took in this process',
    registers: [registry],
    collect() {
      seconds.reset();
      seconds.inc(totals.seconds);
    },
  });
  const failing = new Gauge({
    name: 'granary_maintenance_failing_repositories',
    help: 'Repositories whose last maintenance run failed; repository_maintenance.last_error says why',
    registers: [registry],
    async collect() {
      const count = await state.countFailing().catch(() => null);
      if (count !== null) failing.set(count);
    },
  });
}
