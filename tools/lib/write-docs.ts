import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorsReference } from '../../apps/api/src/errors/errors-reference';
import { configurationReference } from '../../libs/runtime/src/config/reference';

const docs = join(__dirname, '../../docs');
writeFileSync(join(docs, 'configuration.md'), configurationReference());
writeFileSync(join(docs, 'errors.md'), errorsReference());
