import { useEffect, type ReactNode } from "react";

/** The page before the sign-in: one narrow column, nothing of the shell. */
export function Door({
  title,
  sub,
  children,
}: {
  title: string;
  sub: string;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · CPO`;
  }, [title]);
  return (
    <main className="door">
      <div className="door-head">
        <svg viewBox="0 0 20 20" aria-hidden="true" width="36" height="36">
          <rect width="20" height="20" rx="4" fill="var(--text)" />
          <path
            d="M4.4 6.2 7 14l3-6 3 6 2.6-7.8"
            fill="none"
            stroke="var(--canvas)"
            strokeWidth="1.8"
            strokeLinejoin="round"
            strokeLinecap="round"
          />
        </svg>
        <h1>{title}</h1>
        <p className="dim">{sub}</p>
      </div>
      <div className="panel panel-body">{children}</div>
    </main>
  );
}
