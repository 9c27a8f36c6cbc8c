import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspace } from './workspace';

/** Notes the port of every connection that the process makes over a network. */
const recorderTo = (connections: string) => `
  const { appendFileSync } = require('node:fs');
  const { Socket } = require('node:net');
  const { connect } = Socket.prototype;
  Socket.prototype.connect = function (...given) {
    const [to] = Array.isArray(given[0]) ? given[0] : given;
    if (to && to.port && !to.path) appendFileSync(${JSON.stringify(connections)}, to.port + '\\n');
    return connect.apply(this, given);
  };
`;

export interface ConnectionRecorder {
  /** For the process that is to be watched. */
  env: Record<string, string>;
  /** The ports that it connected to, from its start on. */
  ports(): string[];
}

export function connectionRecorder(): ConnectionRecorder {
  const directory = workspace('connections');
  const [program, connections] = [join(directory, 'recorder.cjs'), join(directory, 'ports')];
  writeFileSync(program, recorderTo(connections));
  writeFileSync(connections, '');
  return {
    env: { NODE_OPTIONS: `--require ${program}` },
    ports: () => readFileSync(connections, 'utf8').split('\n').filter(Boolean),
  };
}
