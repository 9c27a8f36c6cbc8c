/** An ear of grain: three pairs of kernels on a stalk, and one on top. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" fill="currentColor" aria-hidden className={className}>
      <path d="M12 1.5c1.9 1.5 2.6 3.6 0 6.4-2.6-2.8-1.9-4.9 0-6.4Z" />
      <path d="M12.7 11.6c.2-3.2 2-4.6 5-4.5.2 3-1.4 5-5 4.5ZM11.3 11.6c-.2-3.2-2-4.6-5-4.5-.2 3 1.4 5 5 4.5Z" />
      <path d="M12.7 16.3c.2-3.2 2-4.6 5-4.5.2 3-1.4 5-5 4.5ZM11.3 16.3c-.2-3.2-2-4.6-5-4.5-.2 3 1.4 5 5 4.5Z" />
      <path d="M12.7 21c.2-3.2 2-4.6 5-4.5.2 3-1.4 5-5 4.5ZM11.3 21c-.2-3.2-2-4.6-5-4.5-.2 3 1.4 5 5 4.5Z" />
      <path d="M11.5 9h1v13.5h-1z" />
    </svg>
  );
}
