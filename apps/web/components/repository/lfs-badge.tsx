import { lfsPlaceText, type LfsPointerInfo } from '@granary/api-contract';
import { Badge } from '@/components/ui/badge';

export function LfsBadge({ lfs }: { lfs: LfsPointerInfo }) {
  if (lfs.present) return <Badge title="Stored with Git LFS">LFS</Badge>;
  if (lfs.elsewhere) {
    return (
      <Badge tone="info" title={`The content of this file lies on ${lfsPlaceText(lfs.elsewhere)}`}>
        LFS elsewhere
      </Badge>
    );
  }
  return (
    <Badge tone="danger" title="The content of this file has never been uploaded">
      LFS missing
    </Badge>
  );
}
