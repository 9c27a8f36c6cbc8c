import type { DataSource, Logger } from 'typeorm';

export interface Statement {
  sql: string;
  parameters: unknown[];
}

/** What `run` asks the database. */
export async function statementsOf(database: DataSource, run: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = [];
  const logger: Logger = database.logger;
  const { logQuery } = logger;
  logger.logQuery = (sql, parameters) =>
    void statements.push({ sql, parameters: Array.isArray(parameters) ? parameters : [] });
  try {
    await run();
  } finally {
    logger.logQuery = logQuery;
  }
  return statements;
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: PlanNode[];
}

/** @returns those of `tables` that Postgres would read from end to end (PostgreSQL: "Using EXPLAIN"). */
export async function wholeTableScans(
  database: DataSource,
  { sql, parameters }: Statement,
  tables: readonly string[],
): Promise<string[]> {
  const [row] = await database.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>(
    `EXPLAIN (FORMAT JSON) ${sql}`,
    parameters,
  );
  const scansOf = ({ Plans = [], ...node }: PlanNode): string[] => [
    ...(node['Node Type'] === 'Seq Scan' ? [node['Relation Name'] ?? ''] : []),
    ...Plans.flatMap(scansOf),
  ];
  const plans = row?.['QUERY PLAN'] ?? [];
  return plans.flatMap(({ Plan }) => scansOf(Plan)).filter((table) => tables.includes(table));
}
