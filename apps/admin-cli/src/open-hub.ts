import { ForgeModule } from '@granary/forge';
import { openRuntime, type Config } from '@granary/runtime';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

export interface OpenHub {
  app: INestApplicationContext;
  close(): Promise<void>;
}

/** Commands speak for themselves; what the parts below would log is said by their errors. */
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The product's services, without HTTP; beside a running hub over its own database. */
export async function openHub(config: Config): Promise<OpenHub> {
  const runtime = await openRuntime(config, { log: QUIET, lock: false, isCommand: true });
  const { database, git, store, queue, forgeOptions: options } = runtime;
  try {
    const module = ForgeModule.on({ database, git, store, queue, options });
    const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
    const close = async () => {
      await app.close();
      await runtime.close();
    };
    return { app, close };
  } catch (error) {
    await runtime.close();
    throw error;
  }
}
