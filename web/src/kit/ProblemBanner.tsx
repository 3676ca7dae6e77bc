/** What failed and what to do, inside a form or dialog; said at once. Nothing without words. */
export function ProblemBanner({ words }: { words: { what: string; next: string } | null }) {
  if (!words) return null;
  return (
    <div className="banner bad" role="alert">
      <p>
        {words.what} {words.next}
      </p>
    </div>
  );
}
