import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the range that the system hands out to outgoing connections, so that none of those takes it meanwhile. */
const [FIRST, LAST] = [15_000, 32_000];
/** Test files that run at once draw from numbers of their own: a port is taken some time after it was found free. */
const LANES = 8;
const LANE = Number(process.env['JEST_WORKER_ID'] ?? 0) % LANES;

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });

/** A TCP port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST / LANES, LAST / LANES) * LANES + LANE;
    if (await isFree(port)) return port;
  }
}
