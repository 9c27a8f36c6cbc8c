import { accounts } from './groups/accounts';
import { addresses } from './groups/addresses';
import { archives } from './groups/archives';
import { clients } from './groups/clients';
import { git, processes } from './groups/data';
import { lfs } from './groups/lfs';
import { quotas } from './groups/quotas';
import { pages, s3, services, webhooks } from './groups/services';
import type { Group, ValuesOf, Variable } from './variable';

/** In the order of `docs/configuration.md`. */
export const GROUPS: readonly Group<Readonly<Record<string, Variable<unknown>>>>[] = [
  addresses,
  processes,
  accounts,
  services,
  s3,
  git,
  lfs,
  archives,
  quotas,
  clients,
  webhooks,
  pages,
];

/** Every variable that the hub reads: how it is parsed, told and documented follows from its row. */
export const VARIABLES = {
  ...addresses.rows,
  ...processes.rows,
  ...accounts.rows,
  ...services.rows,
  ...s3.rows,
  ...git.rows,
  ...lfs.rows,
  ...archives.rows,
  ...quotas.rows,
  ...clients.rows,
  ...webhooks.rows,
  ...pages.rows,
};

export type VariableName = keyof typeof VARIABLES;
export type Values = ValuesOf<typeof VARIABLES>;
