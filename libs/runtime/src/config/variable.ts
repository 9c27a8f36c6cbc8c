/** How the text of a variable is read. */
export interface Kind<T> {
  /** @returns undefined when the text is not accepted. */
  parse(text: string): T | undefined;
  /** What is accepted, after "accepted:". */
  accepted: string;
  /** Spaces around the text belong to it, or do not matter. Elsewhere they are a slip, and refused. */
  takesSpaces?: true;
}

interface Facts {
  /** For people who set it, in Markdown; links are relative to `docs/`. */
  meaning: string;
  /** Its value is printed nowhere. */
  secret?: true;
}

/** The value that an unset variable has, as somebody would set it. */
interface WithDefault {
  default: string;
  /** Told instead of the default, where that depends on the machine. */
  defaultTold?: string;
}

/** An unset variable is null, and this happens then. */
interface WithoutDefault {
  unset: string;
}

/** One row of the table of variables. */
export type Variable<T> = Kind<T> & Facts & (WithDefault | WithoutDefault);

export interface Group<Rows> {
  title: string;
  rows: Rows;
}

/** Keeps the exact type of each row. */
export function group<const Rows extends Record<string, Variable<unknown>>>(title: string, rows: Rows): Group<Rows> {
  return { title, rows };
}

type ValueOf<Row> = Row extends Kind<infer T> ? (Row extends WithDefault ? T : T | null) : never;

/** What a table of rows yields. */
export type ValuesOf<Rows> = { [Name in keyof Rows]: ValueOf<Rows[Name]> };
