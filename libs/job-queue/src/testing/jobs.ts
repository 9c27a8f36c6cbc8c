import { z } from 'zod';
import { Catalogue } from '../catalogue';
import { defineJobs, NO_PAYLOAD } from '../define-jobs';

const LETTER_JOBS = defineJobs({
  'letter.sort': { queue: 'desk', payload: z.strictObject({ letterId: z.uuid() }), attempts: 8, backoffMs: 1_000 },
  'letter.carry': {
    queue: 'road',
    payload: z.strictObject({ houseId: z.int().positive(), attempt: z.int().nonnegative() }),
    attempts: 5,
    backoffMs: 1_000,
  },
});

const HOUSE_JOBS = defineJobs({
  'box.empty': { queue: 'house', payload: NO_PAYLOAD, attempts: 1, backoffMs: 1_000, everySeconds: 60 },
  'house.sweep': { queue: 'house', payload: NO_PAYLOAD, attempts: 3, backoffMs: 60_000, everySeconds: 86_400 },
  'house.count': { queue: 'house', payload: NO_PAYLOAD, attempts: 3, backoffMs: 60_000, everySeconds: 86_400 },
});

/** A post office. */
export const CATALOGUE = Catalogue.of(
  { desk: { concurrency: 10 }, road: { concurrency: 20 }, house: { concurrency: 2 } },
  [LETTER_JOBS, HOUSE_JOBS],
);
export type PostJobs = typeof LETTER_JOBS & typeof HOUSE_JOBS;
