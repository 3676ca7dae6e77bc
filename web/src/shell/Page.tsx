import { useEffect, useRef, type ReactNode } from "react";
import { useLocation } from "react-router";
import { Link } from "../kit";
import { announce } from "./announce";

let lastPath: string | null = null;

export interface PageProps {
  title: string;
  /** One line below the title. */
  sub?: ReactNode;
  /** Right of the title: at most one primary button. */
  actions?: ReactNode;
  /** Beside the title: the state of the thing. */
  mark?: ReactNode;
  crumbs?: readonly { label: string; to: string }[];
  children: ReactNode;
}

/** A screen: its one h1 takes the focus on a change of route and names the document. */
export function Page({ title, sub, actions, mark, crumbs, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    document.title = `${title} · CPO`;
  }, [title]);
  useEffect(() => {
    if (lastPath !== null && lastPath !== pathname) {
      heading.current?.focus();
      announce(`${heading.current?.textContent ?? ""} opened`);
    }
    lastPath = pathname;
  }, [pathname]);
  return (
    <>
      <div className="page-head">
        <div>
          {crumbs ? (
            <nav aria-label="Breadcrumb">
              <ol className="crumbs">
                {crumbs.map((crumb) => (
                  <li key={crumb.to}>
                    <Link to={crumb.to}>{crumb.label}</Link>
                  </li>
                ))}
              </ol>
            </nav>
          ) : null}
          <div className="title-line">
            <h1 ref={heading} tabIndex={-1}>
              {title}
            </h1>
            {mark}
          </div>
          {sub ? <p className="sub">{sub}</p> : null}
        </div>
        {actions ? <div className="actions">{actions}</div> : null}
      </div>
      {children}
    </>
  );
}
