import { Counter, Gauge, type Registry } from 'prom-client';
import type { PageThread } from '../pages/page-thread';

/** The thread that makes the pages. */
export function measurePages(registry: Registry, pages: PageThread): void {
  const starts = new Counter({
    name: 'granary_page_thread_starts_total',
    help: 'Starts of the thread that makes the pages; more than one means that it ended for want of memory or by a defect',
    registers: [registry],
    collect() {
      starts.reset();
      starts.inc(pages.starts);
    },
  });
  new Gauge({
    name: 'granary_page_thread_utilization',
    help: 'The part of its time that the thread of the pages was busy since its start, from 0 to 1',
    registers: [registry],
    collect() {
      this.set(pages.utilization);
    },
  });
}
