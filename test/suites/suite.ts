import type { Judgement } from './exceptions';

export interface SuiteContext {
  /** Scripts to run, by the beginning of their names; all of the suite's when empty. */
  only: string[];
  say: (text: string) => void;
}

/** A test suite of another program, run against a hub of its own. */
export type Suite = (context: SuiteContext) => Promise<Judgement[]>;
