import type { Renderer } from '@granary/render';
import { Counter, type Registry } from 'prom-client';

/** Texts of pages, by what became of them: rendered, or plain and why. */
export function measureRenderings(registry: Registry, { counts }: Renderer): void {
  const renderings = new Counter({
    name: 'granary_renderings_total',
    help: 'Texts that pages showed: rendered as their names ask, or plain for the reason named',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      renderings.reset();
      for (const [outcome, count] of Object.entries(counts)) renderings.inc({ outcome }, count);
    },
  });
}
