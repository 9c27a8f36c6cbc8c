import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './hub-process';

/** A route as the built program declares it. */
export interface HubRoute {
  /** `Controller.handler`. */
  name: string;
  method: string;
  /** With Express' parameters. */
  path: string;
  surface: string;
}

const PROGRAM = `
  require('reflect-metadata');
  const { routesOf } = require('./access/route-table');
  const { CONTROLLERS } = require('./controllers');
  console.log(JSON.stringify(routesOf(CONTROLLERS)));
`;

/** Every route of the hub: from its own table, so that none is forgotten in a list. */
export function hubRoutes(): HubRoute[] {
  const cwd = join(ROOT, 'dist/apps/api/src');
  return JSON.parse(execFileSync(process.execPath, ['-e', PROGRAM], { cwd, encoding: 'utf8' })) as HubRoute[];
}
