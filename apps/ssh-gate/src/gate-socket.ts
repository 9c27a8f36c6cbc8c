import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What the person at the other end reads, behind `granary: `. */
export class GateError extends Error {}

/** @throws GateError when no hub listens there, or this account may not ask it. */
export async function openGate(socketPath: string): Promise<Socket> {
  const socket = connect(socketPath);
  try {
    await once(socket, 'connect');
    return socket;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES')
      throw new GateError('this account may not open the gate of the hub; tell your administrator.');
    throw new GateError('the hub does not answer; try again in a moment.');
  }
}
