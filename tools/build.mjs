// `npm run build`: what `npm start` builds, without starting it.
import { demandRequirements } from './lib/requirements.mjs';

demandRequirements({ needsGit: false });
const { orExit, prepare } = await import('./lib/prepare.mjs');

await orExit(prepare);
