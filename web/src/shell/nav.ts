import type { Role } from "../api/client";
import { FEATURES, type Feature, type NavEntry } from "../features";
import { roleAllows } from "./session";

export type NavFeature = Feature & { nav: NavEntry };

/** The screens of the navigation that a role may open, in order. */
export function navItems(role: Role): NavFeature[] {
  return FEATURES.filter(
    (feature): feature is NavFeature =>
      feature.nav !== undefined && roleAllows(role, feature.least ?? "viewer"),
  );
}
