import 'reflect-metadata';
import { logLibraryOutput, openLog } from '@granary/log';
import { explain } from '@granary/runtime';
import { banner } from './banner';
import { readConfig, readConfigNotes } from './config';
import { startHub, type Hub } from './hub';

function stopOnSignals(hub: Hub): void {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    process.stdout.write(`\n${signal === 'SIGINT' ? 'Stopping' : 'Draining'}: requests under way may finish …\n`);
    await hub.stop();
    process.exit(0);
  };
  process.on('SIGINT', (signal) => void stop(signal));
  process.on('SIGTERM', (signal) => void stop(signal));
}

const progress = (what: string): void => void process.stdout.write(`${what} …\n`);
const note = (line: string): void => void process.stderr.write(`granary: ${line}\n`);

async function main(): Promise<void> {
  const config = readConfig();
  readConfigNotes().forEach(note);
  const log = openLog(config.logLevel);
  logLibraryOutput(log);
  // A defect in one request must not end everybody else's.
  process.on('unhandledRejection', (err) => log.error({ err }, 'a promise was rejected unheard'));
  const hub = await startHub(config, log, { progress, note });
  stopOnSignals(hub);
  process.stdout.write(banner(config, hub.firstAdmin));
}

main().catch((error: unknown) => {
  process.stderr.write(`granary: ${explain(error)}\n`);
  process.exit(1);
});
