import { checkDatabase, OBJECT_STORE, JOB_QUEUE } from '@granary/forge';
import type { JobQueue } from '@granary/job-queue';
import type { ObjectStore } from '@granary/object-store';
import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { DataSource } from 'typeorm';
import { Anyone } from '../access/access.decorators';
import { Draining } from '../draining';
import { Surface } from '../surface/surface';

type Check = () => Promise<unknown>;

const CHECK_TIMEOUT_MS = 3000;

async function stateOf(check: Check): Promise<'ok' | 'down'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), late]);
    return 'ok';
  } catch {
    return 'down';
  } finally {
    clearTimeout(timer);
  }
}

@Controller('health')
@Surface('status')
@Anyone()
export class HealthController {
  private readonly checks: Record<string, Check>;

  constructor(
    database: DataSource,
    @Inject(OBJECT_STORE) store: ObjectStore,
    @Inject(JOB_QUEUE) queue: JobQueue,
    private readonly draining: Draining,
  ) {
    this.checks = {
      database: () => checkDatabase(database),
      object_store: () => store.check(),
      queue: () => queue.check(),
    };
  }

  @Get('live')
  @Header('Cache-Control', 'no-store')
  live() {
    return { status: 'ok' };
  }

  /** 503 while a dependency is away or the process drains; the body says which. */
  @Get('ready')
  @Header('Cache-Control', 'no-store')
  async ready(@Res({ passthrough: true }) response: Response) {
    const states = await Promise.all(
      Object.entries(this.checks).map(async ([name, check]) => [name, await stateOf(check)] as const),
    );
    const ready = !this.draining.started && states.every(([, state]) => state === 'ok');
    response.status(ready ? 200 : 503);
    const status = ready ? 'ok' : this.draining.started ? 'draining' : 'down';
    return { status, dependencies: Object.fromEntries(states) };
  }
}
