import { createContext, useContext } from "react";
import type { Role, Session } from "../api/client";

export const SessionContext = createContext<Session | null>(null);

/** Who is signed in. Only below the gate, where there always is somebody. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("useSession() stands outside of SessionGate");
  return session;
}

const RANK: Record<Role, number> = { viewer: 0, editor: 1, reviewer: 2, admin: 3 };

export function roleAllows(role: Role, least: Role): boolean {
  return RANK[role] >= RANK[least];
}

/** Whether the signed-in person has at least this role. The server decides; this only hides. */
export function useCan(least: Role): boolean {
  return roleAllows(useSession().role, least);
}

export const ROLE_WORDS: Record<Role, string> = {
  viewer: "Viewer",
  editor: "Editor",
  reviewer: "Reviewer",
  admin: "Administrator",
};

/** Whether the session ended under an open page: the re-login dialog follows it. */
class Expiry {
  private isOver = false;
  private listeners = new Set<() => void>();
  read = () => this.isOver;
  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
  set(isOver: boolean) {
    if (this.isOver === isOver) return;
    this.isOver = isOver;
    for (const listener of this.listeners) listener();
  }
}
export const expiry = new Expiry();
