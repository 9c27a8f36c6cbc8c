import { formatFrame, GateFrameReader, type KeysAnswer, type KeysRequest } from '@granary/gate-protocol';
import { GateError, openGate } from './gate-socket';

/** sshd waits for the answer, and its client with it. */
const PATIENCE_MS = 15_000;

/** Asks the hub who may come in with a key. @throws GateError when there is no answer. */
export async function askKeys(socketPath: string, request: KeysRequest): Promise<KeysAnswer> {
  const socket = await openGate(socketPath);
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('no answer in time')));
  const reader = new GateFrameReader();
  try {
    socket.write(formatFrame('keys', JSON.stringify(request)));
    for await (const chunk of socket) {
      for (const { kind, payload } of reader.push(chunk as Buffer))
        if (kind === 'answer') return JSON.parse(payload.toString()) as KeysAnswer;
    }
  } catch (error) {
    throw new GateError(`the hub's gate failed: ${(error as Error).message}`);
  } finally {
    socket.destroy();
  }
  throw new GateError('the hub hung up without an answer.');
}
