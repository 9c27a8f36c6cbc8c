import type { DataSource, EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';

/**
 * Rows of joined tables as entities, for the few queries that every request makes: TypeORM's query builder takes longer
 * to write such a query and to sort its rows than Postgres takes to answer it.
 */
export class JoinedRows<Aliases extends Record<string, ObjectLiteral>> {
  /** For `SELECT`: every column that TypeORM would read, named after its alias. */
  readonly columns: string;
  private readonly tables: { alias: string; metadata: EntityMetadata }[];

  constructor(
    private readonly database: DataSource,
    entities: { [Alias in keyof Aliases]: EntityTarget<Aliases[Alias]> },
  ) {
    this.tables = Object.entries(entities).map(([alias, entity]) => ({
      alias,
      metadata: database.getMetadata(entity),
    }));
    this.columns = this.tables
      .flatMap(({ alias, metadata }) =>
        columnsOf(metadata).map(({ databaseName }) => `"${alias}"."${databaseName}" AS "${alias}_${databaseName}"`),
      )
      .join(', ');
  }

  /** The entities of one row; `null` for a table that an outer join found nothing in. Relations are not set. */
  read(row: Record<string, unknown>): { [Alias in keyof Aliases]: Aliases[Alias] | null } {
    const found = this.tables.map(({ alias, metadata }) => [alias, this.entityOf(row, alias, metadata)]);
    return Object.fromEntries(found) as { [Alias in keyof Aliases]: Aliases[Alias] | null };
  }

  private entityOf(row: Record<string, unknown>, alias: string, metadata: EntityMetadata): ObjectLiteral | null {
    const keys = metadata.primaryColumns;
    if (keys.every(({ databaseName }) => row[`${alias}_${databaseName}`] === null)) return null;
    const entity = metadata.create();
    for (const column of columnsOf(metadata)) {
      const value = row[`${alias}_${column.databaseName}`];
      column.setEntityValue(entity, this.database.driver.prepareHydratedValue(value, column));
    }
    return entity;
  }
}

const columnsOf = (metadata: EntityMetadata) => metadata.columns.filter(({ isSelect }) => isSelect);
