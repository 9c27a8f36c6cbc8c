import { runOk } from '../support';

const TIMEOUT_MS = 1_800_000;

/** What curl measured of one answer that it threw away. */
export interface CurlTimes {
  /** Seconds from the start of the request to the first byte of the body. */
  firstByte: number;
  wall: number;
}

/**
 * GET, its body thrown away.
 * @throws Error for another status than 200, and for a body below `leastBytes`.
 */
export async function curlGet(url: string, leastBytes: number, args: string[] = []): Promise<CurlTimes> {
  const format = '%{http_code} %{size_download} %{time_starttransfer} %{time_total}';
  const answer = await runOk('curl', ['-sS', '-o', '/dev/null', '-w', format, ...args, url], { timeoutMs: TIMEOUT_MS });
  const [status, sizeBytes = 0, firstByte = NaN, wall = NaN] = answer.split(' ').map(Number);
  if (status !== 200 || sizeBytes < leastBytes) throw new Error(`${url}: answered ${answer}`);
  return { firstByte, wall };
}

/** PUT of a file. @throws Error for a status that is not 2xx. */
export async function curlPut(url: string, file: string, headers: Record<string, string> = {}): Promise<void> {
  const named = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const args = ['-sS', '-o', '/dev/null', '-w', '%{http_code}', '-H', 'Expect:', ...named, '-T', file, url];
  const status = await runOk('curl', args, { timeoutMs: TIMEOUT_MS });
  if (!status.startsWith('2')) throw new Error(`${url}: answered ${status}`);
}
