/** What one check of a fault run saw: a line of the table. */
export interface Finding {
  what: string;
  held: boolean;
  /** Figures, as a person reads them: `3 of 3 clones, 1.2 s`. */
  saw: string;
}

/** A fault run starts its own hubs, does its worst to them, and says what held. `say` shows progress. */
export type FaultRun = (context: { say: (text: string) => void }) => Promise<Finding[]>;
