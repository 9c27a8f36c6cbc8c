import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const ROOT = join(__dirname, '../..');

/** The URL of a module of tools/lib, to import it in a program. */
export const lib = (name: string): string => JSON.stringify(pathToFileURL(join(ROOT, 'tools/lib', name)).href);

export interface Program {
  child: ChildProcess;
  output(): string;
  /** @returns the exit status, null after a signal. */
  ended: Promise<number | null>;
}

/** Starts an ES module given as text. Jest itself cannot load tools/lib, which has to run before anything is installed. */
export function startProgram(source: string, env: NodeJS.ProcessEnv = process.env): Program {
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    cwd: ROOT,
    // Under Nx Node would colour the numbers that it prints.
    env: { ...env, FORCE_COLOR: '0' },
  });
  started.push(child);
  let text = '';
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  child.stderr.on('data', (data: Buffer) => (text += data.toString()));
  return { child, output: () => text, ended: once(child, 'close').then(([code]) => code as number | null) };
}

export async function runProgram(
  source: string,
  env?: NodeJS.ProcessEnv,
): Promise<{ code: number | null; output: string }> {
  const program = startProgram(source, env);
  const code = await program.ended;
  return { code, output: program.output() };
}

const made: string[] = [];
const started: ChildProcess[] = [];

/** A directory that goes when the test file is done. */
export function scratch(): string {
  const path = mkdtempSync(join(tmpdir(), 'granary-tools-'));
  made.push(path);
  return path;
}

afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});
