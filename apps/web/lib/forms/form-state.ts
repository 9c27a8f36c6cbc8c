/** What a form knows of its last submission; serialisable, because it also travels through pages without JavaScript. */
export interface FormState {
  outcome: 'idle' | 'failed' | 'done';
  /** Counts submissions, so that two equal refusals are two events. */
  attempt: number;
  message?: string;
  hint?: string;
  /** By field name. */
  faults: Record<string, string>;
  /** What was typed, by field name; never passwords or secrets. */
  values: Record<string, string[]>;
  /** A secret to be shown this once. */
  secret?: string;
}

export const IDLE: FormState = { outcome: 'idle', attempt: 0, faults: {}, values: {} };

export type FormAction = (state: FormState, form: FormData) => Promise<FormState>;
