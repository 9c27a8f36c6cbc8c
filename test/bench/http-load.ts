import { Agent, request } from 'node:http';

export interface LoadRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** Fewer bytes are no answer to what was asked. */
  leastBytes: number;
}

/**
 * Sends `requests` one after another, again and again, over each of `connections` that are kept alive.
 *
 * @returns answers a second.
 * @throws Error for an answer that is not 200 or too short: a rate of refusals is no rate.
 */
export async function requestsPerSecond(
  requests: readonly LoadRequest[],
  { connections, seconds }: { connections: number; seconds: number },
): Promise<number> {
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  let answers = 0;
  const client = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      while (performance.now() < until) {
        for (const each of requests) {
          await send(agent, each);
          answers++;
        }
      }
    } finally {
      agent.destroy();
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  return answers / ((performance.now() - startedAt) / 1000);
}

function send(agent: Agent, { method, url, headers, body, leastBytes }: LoadRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent }, (answer) => {
      let sizeBytes = 0;
      answer.on('data', (chunk: Buffer) => (sizeBytes += chunk.length));
      answer.once('error', reject);
      answer.once('end', () => {
        if (answer.statusCode === 200 && sizeBytes >= leastBytes) resolve();
        else reject(new Error(`${method} ${url}: status ${answer.statusCode}, ${sizeBytes} bytes`));
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
