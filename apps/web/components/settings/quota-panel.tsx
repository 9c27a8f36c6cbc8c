import type { QuotaClass } from '@granary/api-contract';
import type { ReactNode } from 'react';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { MEASURES, type Measure, type StorageClass } from '@/lib/quota-texts';
import { QuotaMeter } from './quota-meter';

const TITLES: Record<StorageClass, string> = { public: 'Public repositories', private: 'Private repositories' };
const DESCRIPTIONS: Record<StorageClass, string> = {
  public: 'What everybody can read.',
  private: 'Internal repositories among them.',
};

interface QuotaPanelProps {
  storageClass: StorageClass;
  quota: QuotaClass;
  title?: string;
  description?: ReactNode;
  measures?: Measure[];
}

/** The limits of one class of a namespace's repositories. */
export function QuotaPanel({ storageClass, quota, title, description, measures = MEASURES }: QuotaPanelProps) {
  const heading = title ?? TITLES[storageClass];
  return (
    <Panel label={heading}>
      <PanelHeader title={heading} description={description ?? DESCRIPTIONS[storageClass]} />
      <ul className="divide-line divide-y">
        {measures.map((measure) => (
          <QuotaMeter key={measure} measure={measure} usage={quota[measure]} />
        ))}
      </ul>
    </Panel>
  );
}
