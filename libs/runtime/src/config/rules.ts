import { wrongVariable } from './environment';
import type { Values, VariableName } from './variables';

const S3_PARTS = ['S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'] as const;
/** What says nothing without S3, and would be passed over in silence. */
const NEEDS_S3 = ['S3_BUCKET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY', 'S3_PUBLIC_ENDPOINT'] as const;

/** What variables ask of each other. @throws ConfigError */
export function checkTogether(values: Values): void {
  if (values.GRANARY_MODE !== 'all' && values.DATABASE_URL === null)
    throw missing('DATABASE_URL', `GRANARY_MODE=${values.GRANARY_MODE}`);
  if (values.GRANARY_SSH_PORT === values.GRANARY_PORT)
    throw wrongVariable('GRANARY_SSH_PORT', `is ${values.GRANARY_PORT}, which is GRANARY_PORT too`);
  checkS3(values);
}

/** Half a configuration is a slip, and without this LFS objects would lie on the wrong disk. */
function checkS3(values: Values): void {
  const because = NEEDS_S3.find((name) => values[name] !== null) ?? (values.S3_ENDPOINT && 'S3_ENDPOINT');
  const absent = S3_PARTS.find((name) => values[name] === null);
  if (because && absent) throw missing(absent, because);
  if (absent && values.GRANARY_ARCHIVE_REDIRECT === 'presigned') throw missing(absent, 'GRANARY_ARCHIVE_REDIRECT');
}

function missing(name: VariableName, wantedBy: string) {
  return wrongVariable(name, `is not set, and ${wantedBy} needs it`);
}
