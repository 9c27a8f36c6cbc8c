import { endAll } from './cleanup';

/**
 * Runs `main` and ends the process with the status that it gives. Whatever was started is ended first, be it that the
 * program fails or is interrupted.
 */
export function runProgram(name: string, main: () => Promise<number>): void {
  let ending: Promise<void> | undefined;
  const end = (exitStatus: number): Promise<void> => (ending ??= endAll().finally(() => process.exit(exitStatus)));
  process.once('SIGINT', () => void end(130));
  process.once('SIGTERM', () => void end(143));
  main().then(end, (error: unknown) => {
    // Of what is being ended already, nobody wants to know how it failed.
    if (!ending) process.stderr.write(`${name}: ${error instanceof Error ? error.stack : String(error)}\n`);
    return end(1);
  });
}

/** @returns what tells on standard error how far a program is, with the seconds since now. */
export function openProgress(): (text: string) => void {
  const startedAt = Date.now();
  const seconds = () => String(Math.round((Date.now() - startedAt) / 1000)).padStart(4);
  return (text) => void process.stderr.write(`${seconds()} s  ${text}\n`);
}
