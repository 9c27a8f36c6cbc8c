import { ReconcileService, SweepsService } from '@granary/forge';
import type { Command } from '../command';

/** Younger pushes may still be under way in a running hub. */
const MIN_AGE_MS = 60_000;

export const runMaintenance: Command = {
  name: 'maintenance run',
  usage: '',
  summary: 'Do now what the hub does by the clock: record moved refs, drop expired sessions, purge what was deleted.',
  arity: 0,
  async run({ hub }) {
    const app = await hub();
    const reconciledRefs = await app.get(ReconcileService).sweep(MIN_AGE_MS);
    await app.get(SweepsService).tidy();
    return {
      text: `Recorded ${reconciledRefs} moved refs. Expired sessions, stale uploads and deleted repositories are swept.\n`,
      json: { reconciled_refs: reconciledRefs },
    };
  },
};
