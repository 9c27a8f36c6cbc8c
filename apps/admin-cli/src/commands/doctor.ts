import { DomainError } from '@granary/kernel';
import { explain } from '@granary/runtime';
import type { Command, Invocation } from '../command';
import { CHECKS, type Check, type CheckResult } from '../doctor/checks';

interface Report extends CheckResult {
  check: string;
}

async function perform({ name, run }: Check, invocation: Invocation): Promise<Report> {
  try {
    return {
      check: name,
      ...(await run(await invocation.hub(), {
        config: invocation.config,
        repair: invocation.options['repair'] === true,
      })),
    };
  } catch (error) {
    const reason = error instanceof DomainError ? explain(error) : String(error);
    return { check: name, summary: 'could not be checked', problems: [reason] };
  }
}

export const doctor: Command = {
  name: 'doctor',
  usage: '[--repair]',
  summary:
    'Check that the database, the repositories and the LFS objects are there, whole and agree. Exit status 1 if not. ' +
    'With --repair, fix what can be fixed without losing anything.',
  arity: 0,
  options: { repair: { type: 'boolean' } },
  async run(invocation) {
    const reports: Report[] = [];
    for (const check of CHECKS) reports.push(await perform(check, invocation));
    const isHealthy = reports.every(({ problems }) => problems.length === 0);
    const lines = reports.flatMap(({ check, summary, problems, repaired = [], notes = [] }) => [
      `${problems.length === 0 ? 'ok ' : 'BAD'}  ${check}: ${summary}`,
      ...[...repaired, ...problems, ...notes].map((problem) => `       ${problem.replaceAll('\n', '\n       ')}`),
    ]);
    return {
      text: `${lines.join('\n')}\n`,
      json: { healthy: isHealthy, checks: reports },
      exitCode: isHealthy ? 0 : 1,
    };
  },
};
