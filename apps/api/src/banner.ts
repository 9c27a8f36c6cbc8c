import type { Config } from '@granary/runtime';

/** What the person who started the hub reads: the address, the first password once, and how to push. */
export function banner(config: Config, firstAdmin: { name: string; madeUpPassword: string | null } | null): string {
  const lines = ['', `  Granary is ready at ${config.baseUrl}`];
  if (config.sshPort !== null) lines.push(`  SSH on port ${config.sshPort}`);
  if (config.sshGate) lines.push(`  SSH through your sshd, account ${config.sshGate.account} (docs/ssh.md)`);
  if (firstAdmin?.madeUpPassword) {
    lines.push(
      '',
      `  Sign in as "${firstAdmin.name}" with the password`,
      `    ${firstAdmin.madeUpPassword}`,
      '  It is shown only now.',
    );
  }
  if (firstAdmin) {
    const remote = new URL(`${config.baseUrl}/${firstAdmin.name}/first.git`);
    remote.username = firstAdmin.name;
    lines.push(
      '',
      '  Push a first repository:',
      '    git init -b main first && cd first && echo "# first" > README.md && git add . && git commit -m "First"',
      `    git remote add origin ${remote.href}`,
      '    git push -u origin main',
    );
  }
  return lines.join('\n') + '\n\n';
}
