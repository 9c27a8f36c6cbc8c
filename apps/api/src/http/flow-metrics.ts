import { Counter, Gauge, type Registry } from 'prom-client';
import type { FailureCounts } from '../errors/failure-counts';
import type { IdleConnections } from '../flow/idle-connections';
import type { StallWatch } from '../flow/stall-watch';

interface Flow {
  watch: StallWatch;
  idle: IdleConnections;
  failures: FailureCounts;
  load(): Record<string, { active: number; waiting: number }>;
}

export function measureFlow(registry: Registry, { watch, idle, failures, load }: Flow): void {
  new Counter({
    name: 'granary_clients_stalled_total',
    help: 'Clients that were let go because they sent or received too slowly',
    labelNames: ['surface', 'direction'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { surface, direction, count } of watch.counts.values()) this.inc({ surface, direction }, count);
    },
  });
  new Counter({
    name: 'granary_failures_total',
    help: 'Answers that were the failure of the hub and not of the client, by code: repository_damaged, storage_full, …',
    labelNames: ['code'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [code, count] of failures.byCode) this.inc({ code }, count);
    },
  });
  new Gauge({
    name: 'granary_http_idle_connections',
    help: 'HTTP connections without a request under way',
    registers: [registry],
    collect() {
      this.set(idle.count);
    },
  });
  new Counter({
    name: 'granary_http_idle_connections_closed_total',
    help: 'HTTP connections without a request under way that gave way to newer ones',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(idle.closed);
    },
  });
  new Gauge({
    name: 'granary_work',
    help: 'Requests that are worked on and that wait for their turn, by kind of work',
    labelNames: ['kind', 'state'],
    registers: [registry],
    collect() {
      for (const [kind, { active, waiting }] of Object.entries(load())) {
        this.set({ kind, state: 'active' }, active);
        this.set({ kind, state: 'waiting' }, waiting);
      }
    },
  });
}
