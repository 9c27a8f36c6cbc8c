import {
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible';
import type { DataSource } from 'typeorm';
import type { RateLimiter, RateLimits, RateRule, Taken } from './rate-limiter';

export const RATE_LIMITS_TABLE = 'rate_limits';

type Open = (rule: RateRule) => RateLimiterAbstract;

/** Counts in one process alone: for tests. */
export function memoryRateLimits(): RateLimits {
  return rateLimits(({ name, points, windowSeconds }) => {
    return new RateLimiterMemory({ keyPrefix: name, points, duration: windowSeconds });
  });
}

/** Counts in the table {@link RATE_LIMITS_TABLE}, where all processes of a hub see them. */
export function postgresRateLimits(database: DataSource): RateLimits {
  return rateLimits(({ name, points, windowSeconds }) => {
    return new RateLimiterPostgres({
      storeClient: clientOn(database),
      storeType: 'client',
      keyPrefix: name,
      points,
      duration: windowSeconds,
      tableName: RATE_LIMITS_TABLE,
      tableCreated: true,
      // The hub's own sweep does it, in one process.
      clearExpiredByTimeout: false,
    });
  });
}

/** What the library asks of a client of node-postgres. Its statements' names are dropped: a pooler in between may not know them. */
function clientOn(database: DataSource) {
  return {
    async query({ text, values }: { text: string; values: unknown[] }) {
      const answer: unknown[] = await database.query(text, values);
      return { rows: answer, rowCount: answer.length };
    },
  };
}

function rateLimits(open: Open): RateLimits {
  return {
    limiter: (rule) => limiterOn(open(rule)),
    marks: ({ name, ttlSeconds }) => {
      const marks = open({ name, points: 1, windowSeconds: ttlSeconds });
      return {
        note: async (key) => void (await marks.set(key, 1, ttlSeconds)),
        has: async (key) => (await marks.get(key)) !== null,
      };
    },
  };
}

function limiterOn(limiter: RateLimiterAbstract): RateLimiter {
  return {
    async take(key) {
      // Over the limit the library rejects with the same facts that it resolves to below it.
      const counted = await limiter.consume(key).catch((reason: unknown) => {
        if (reason instanceof RateLimiterRes) return reason;
        throw reason;
      });
      return takenOf(limiter, key, counted);
    },
  };
}

function takenOf(limiter: RateLimiterAbstract, key: string, counted: RateLimiterRes): Taken {
  const endsAt = Date.now() + counted.msBeforeNext;
  return {
    isOver: counted.consumedPoints > limiter.points,
    retryAfterSeconds: Math.max(1, Math.ceil(counted.msBeforeNext / 1000)),
    async giveBack() {
      // In a window of its own it would be a point too many for whoever comes next.
      if (Date.now() < endsAt) await limiter.reward(key);
    },
  };
}
