// `node tools/bundle.mjs DIST`: the last steps of building the server; see lib/bundle.mjs.
import { resolve } from 'node:path';
import { compileBundles, makeBundles } from './lib/bundle.mjs';

const root = resolve(process.argv[2]);
await makeBundles(root);
compileBundles(root);
