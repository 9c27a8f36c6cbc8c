import { Counter, type Registry } from 'prom-client';
import type { StallWatch } from '../flow/stall-watch';

export function measureFlow(registry: Registry, watch: StallWatch): void {
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
}
