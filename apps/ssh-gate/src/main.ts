import { authorizedKeysLine } from './authorized-keys';
import { readCall, type GateCall } from './config';
import { GateError } from './gate-socket';
import { askKeys } from './keys';
import { runCommand } from './run-command';
import { endWithParent } from './parent';

const USAGE = 'usage: ssh-gate keys <socket> <account> <key type> <key>   (sshd_config: %u %t %k)';

async function obey(call: GateCall): Promise<number> {
  if (call.kind === 'run') {
    endWithParent();
    const { stdin: input, stdout: output, stderr: errorOutput } = process;
    return runCommand(call.socketPath, call.request, { input, output, errorOutput });
  }
  const { socketPath, account, keyType, keyBlob } = call;
  const { key } = await askKeys(socketPath, { account, keyType, keyBlob });
  const program = { node: process.execPath, script: __filename, socketPath };
  if (key) process.stdout.write(authorizedKeysLine(key, program));
  return 0;
}

async function main(): Promise<number> {
  const call = readCall();
  if (!call) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  try {
    return await obey(call);
  } catch (error) {
    const text = error instanceof GateError ? error.message : `internal error: ${String(error)}`;
    process.stderr.write(`granary: ${text}\n`);
    return 1;
  }
}

void main().then((status) => {
  // Standard input may still be open; nobody waits for it.
  process.exit(status);
});
