import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationReference } from '../../libs/runtime/src/config/reference';

writeFileSync(join(__dirname, '../../docs/configuration.md'), configurationReference());
