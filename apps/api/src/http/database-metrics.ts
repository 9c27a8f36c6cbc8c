import type { QueryCounts } from '@granary/forge';
import type { Registry } from 'prom-client';
import { mirror } from './counter-mirror';

export function measureQueries(registry: Registry, queries: QueryCounts): void {
  const about = {
    name: 'granary_database_queries_total',
    help: 'Statements sent to the database: for a request, or for the hub itself (jobs, sweeps)',
    label: 'cause',
  };
  mirror(registry, about, () => queries.read());
}
