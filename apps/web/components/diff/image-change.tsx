/** A picture before and after a commit, side by side. */
export function ImageChange({ before, after }: { before: string | null; after: string | null }) {
  return (
    <div className="border-line grid gap-4 border-t p-4 sm:grid-cols-2">
      {before && <Picture src={before} label="Before" />}
      {after && <Picture src={after} label="After" />}
    </div>
  );
}

function Picture({ src, label }: { src: string; label: string }) {
  return (
    <figure className="min-w-0">
      <figcaption className="text-ink-muted mb-1.5 text-[0.8125rem]">{label}</figcaption>
      <div className="checkerboard border-line rounded-control flex justify-center border p-3">
        <img src={src} alt={label} loading="lazy" decoding="async" className="max-h-96 max-w-full object-contain" />
      </div>
    </figure>
  );
}
