import {
  FlaskConical,
  House,
  ListChecks,
  ScrollText,
  Send,
  Shapes,
  Users,
  BookOpenText,
  Layers,
  ShieldCheck,
  type LucideIcon,
} from "lucide-react";
import type { ComponentType } from "react";
import type { Role } from "../api/client";

export interface NavEntry {
  icon: LucideIcon;
  group: "work" | "system";
  /** The letter after g. */
  key: string;
  /** One of the four of the bottom bar on phones. */
  isOnPhone?: boolean;
}

export interface Feature {
  /** Below the prefix of the server, without a slash at its start; "" is the first screen. */
  path: string;
  title: string;
  /** The least role that may open it; viewer when missing. */
  least?: Role;
  /** Entry of the navigation and of the palette; screens without one are reached from others. */
  nav?: NavEntry;
  load: () => Promise<{ default: ComponentType }>;
}

/** Every screen, in the order of the navigation: one entry here is all that a new screen needs. */
export const FEATURES: readonly Feature[] = [
  {
    path: "",
    title: "Overview",
    nav: { icon: House, group: "work", key: "o", isOnPhone: true },
    load: () => import("./overview/OverviewPage"),
  },
  {
    path: "campaigns",
    title: "Campaigns",
    nav: { icon: Send, group: "work", key: "c" },
    load: () => import("./campaigns/CampaignsPage"),
  },
  {
    path: "campaigns/new",
    title: "New campaign",
    least: "editor",
    load: () => import("./campaigns/NewCampaignPage"),
  },
  {
    path: "campaigns/:id/runs/:run",
    title: "Campaign run",
    load: () => import("./campaigns/RunPage"),
  },
  {
    path: "segments",
    title: "Segments",
    nav: { icon: Shapes, group: "work", key: "s" },
    load: () => import("./segments/SegmentsPage"),
  },
  {
    path: "segments/:run/:segment",
    title: "Segment",
    load: () => import("./segments/SegmentPage"),
  },
  {
    path: "content",
    title: "Content",
    nav: { icon: BookOpenText, group: "work", key: "f" },
    load: () => import("./content/ContentPage"),
  },
  {
    path: "variants",
    title: "Variants",
    nav: { icon: Layers, group: "work", key: "v", isOnPhone: true },
    load: () => import("./variants/VariantsPage"),
  },
  {
    path: "safety",
    title: "Safety",
    nav: { icon: ShieldCheck, group: "work", key: "k", isOnPhone: true },
    load: () => import("./safety/SafetyPage"),
  },
  {
    path: "experiments",
    title: "Experiments",
    nav: { icon: FlaskConical, group: "work", key: "e", isOnPhone: true },
    load: () => import("./experiments/ExperimentsPage"),
  },
  {
    path: "experiments/:id",
    title: "Experiment",
    load: () => import("./experiments/ExperimentPage"),
  },
  {
    path: "customers",
    title: "Customers",
    nav: { icon: Users, group: "work", key: "u" },
    load: () => import("./customers/CustomersPage"),
  },
  {
    path: "jobs",
    title: "Jobs",
    nav: { icon: ListChecks, group: "system", key: "j" },
    load: () => import("./jobs/JobsPage"),
  },
  {
    path: "audit",
    title: "Audit",
    least: "admin",
    nav: { icon: ScrollText, group: "system", key: "a" },
    load: () => import("./audit/AuditPage"),
  },
  {
    path: "kit",
    title: "Kit",
    least: "admin",
    load: () => import("./kit/KitPage"),
  },
];

/** Whether a screen is there: links to one that is not are shown as plain words. */
export function hasFeature(path: string): boolean {
  return FEATURES.some((feature) => feature.path === path);
}
