import type { Finding } from '../support/findings';

/** A fault run starts its own hubs, does its worst to them, and says what held. `say` shows progress. */
export type FaultRun = (context: { say: (text: string) => void }) => Promise<Finding[]>;
