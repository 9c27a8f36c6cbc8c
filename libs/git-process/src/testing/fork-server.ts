import { join } from 'node:path';
import { ForkServer } from '../launch/fork-server';

/** Runs its program from the source: Node finds TypeScript by the hook; what is built is JavaScript. */
export function openForkServer(): Promise<ForkServer> {
  const filename = join(__dirname, '../launch/fork-server-program.ts');
  const hook = join(__dirname, '../../../../tools/lib/typescript-hook.cjs');
  return ForkServer.open({ program: { filename, execArgv: ['--require', hook] } });
}
