import { Counter, Gauge, type Registry } from 'prom-client';
import type { KnownAnswers } from '@granary/git-process';
import type { PageThread } from '../pages/page-thread';

/** What pages ask of git, by whether it was known. */
export function measureKnownAnswers(registry: Registry, { counts }: KnownAnswers): void {
  const answers = new Counter({
    name: 'granary_page_answers_total',
    help: 'Questions of pages about a repository, by whether the answer was known (hits) or git was asked (reads)',
    labelNames: ['result'],
    registers: [registry],
    collect() {
      answers.reset();
      for (const [result, count] of Object.entries(counts)) answers.inc({ result }, count);
    },
  });
}

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
