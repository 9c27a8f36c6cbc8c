import 'reflect-metadata';
import { ForgeModule, WorkService } from '@granary/forge';
import { logLibraryOutput, openLog } from '@granary/log';
import { explain, nestLog, openRuntime } from '@granary/runtime';
import { NestFactory } from '@nestjs/core';
import { readConfig, readConfigNotes } from './config';

/** The queues' workers, the outbox relay and the sweeps, as a process of their own beside `GRANARY_MODE=web`. */
async function main(): Promise<void> {
  const config = readConfig();
  for (const note of readConfigNotes()) process.stderr.write(`granary: ${note}\n`);
  const log = openLog(config.logLevel);
  logLibraryOutput(log);
  process.on('unhandledRejection', (err) => log.error({ err }, 'a promise was rejected unheard'));
  const runtime = await openRuntime(config, { log, lock: false });
  const { database, git, store, queue, forgeOptions: options } = runtime;
  const app = await NestFactory.createApplicationContext(ForgeModule.on({ database, git, store, queue, options }), {
    logger: nestLog(log),
    abortOnError: false,
  });
  const work = app.get(WorkService);
  await work.start();
  process.stdout.write('Granary works: queues, outbox and sweeps\n');

  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await work.stop();
    await app.close();
    await runtime.close();
    process.exit(0);
  };
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());
}

main().catch((error: unknown) => {
  process.stderr.write(`granary: ${explain(error)}\n`);
  process.exit(1);
});
