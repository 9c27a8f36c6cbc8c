import type { Judgement } from './exceptions';

export interface SuiteContext {
  /** Scripts to run, by the beginning of their names; all of the suite's when empty. */
  only: string[];
  say: (text: string) => void;
}

/** A test suite of another program, run against a hub of its own. */
export type Suite = (context: SuiteContext) => Promise<Judgement[]>;

export const isWanted = (script: string, { only }: SuiteContext) =>
  only.length === 0 || only.some((name) => script.startsWith(name));

/** Where tools/suites.mjs has unpacked and built what the tests of `name` are. */
export function sourceOf(name: string): string {
  const path = process.env['GRANARY_SUITE_SOURCE'];
  if (path === undefined) throw new Error(`the source of ${name} is missing: start this by npm run suites`);
  return path;
}
