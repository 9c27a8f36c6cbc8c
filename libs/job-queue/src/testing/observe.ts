import type { QueueLog } from '../log';
import { CATALOGUE, type PostJobs } from './jobs';
import type { JobHandlers, JobRun } from '../workers';

export interface RecordedLog extends QueueLog {
  lines: { level: string; message: string; facts: object }[];
}

export function recordedLog(): RecordedLog {
  const lines: RecordedLog['lines'] = [];
  const at = (level: string) => (facts: object, message: string) => void lines.push({ level, message, facts });
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}

/** Handlers that do nothing but those in `some`. */
export function handlersWith(some: Partial<JobHandlers<PostJobs>>): JobHandlers<PostJobs> {
  const nothing = async (_run: JobRun) => undefined;
  return {
    ...(Object.fromEntries(CATALOGUE.jobNames.map((name) => [name, nothing])) as JobHandlers<PostJobs>),
    ...some,
  };
}

/** Waits until `holds`; the test's own time limit ends the wait. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
