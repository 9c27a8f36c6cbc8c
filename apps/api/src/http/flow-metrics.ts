import { Counter, Gauge, type Registry } from 'prom-client';
import type { StallWatch } from '../flow/stall-watch';

interface Flow {
  watch: StallWatch;
  load(): Record<string, { active: number; waiting: number }>;
}

export function measureFlow(registry: Registry, { watch, load }: Flow): void {
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
