import 'reflect-metadata';
import { text } from 'node:stream/consumers';
import { runCli } from './cli';
import { readConfig, readConfigNotes } from './config';
import { openHub } from './open-hub';

for (const note of readConfigNotes()) process.stderr.write(`granary: ${note}\n`);

void runCli(process.argv.slice(2), {
  readConfig,
  openHub,
  readInput: () => text(process.stdin),
  out: (output) => void process.stdout.write(output),
  err: (output) => void process.stderr.write(output),
}).then((exitCode) => {
  process.exitCode = exitCode;
});
