export { Button, type ButtonProps } from "./Button";
export { ButtonLink, Link } from "./Link";
export { Chip } from "./Chip";
export { clashesOf, rebased } from "./clash";
export { ClaimText, type ClaimMark, type Standing } from "./ClaimText";
export { DataTable, type Column, type Sort } from "./DataTable";
export { ConfirmDialog, Dialog } from "./Dialog";
export { ConflictDialog } from "./ConflictDialog";
export { Difference } from "./Difference";
export { Facts } from "./Facts";
export { FileDrop } from "./FileDrop";
export {
  Checkbox,
  FilterSelect,
  Segmented,
  Select,
  TextArea,
  TextField,
  type Choice,
} from "./fields";
export { axisOf, percentOn, type Axis, type Interval } from "./interval";
export { IntervalAxis, IntervalBar } from "./IntervalRow";
export { absent, joinQueries } from "./joinQueries";
export { LeadingInterval, leadingOf } from "./LeadingInterval";
export { Lines, type LineSeries } from "./Lines";
export { LiveChip } from "./LiveChip";
export { armClass, Mark, MARK_DASHES, MARK_NAMES, markPath } from "./Mark";
export * from "./numbers";
export { Pager } from "./Pager";
export { ProblemBanner } from "./ProblemBanner";
export { Panel } from "./Panel";
export {
  ErrorState,
  Missing,
  PanelState,
  useCountdown,
  type ActiveFilter,
  type PanelQuery,
} from "./PanelState";
export { Peek, PeekLayout } from "./Peek";
export { segmentMark } from "./segmentMark";
export { StageRail, type Stage, type StageState } from "./StageRail";
export { Progress } from "./Progress";
export { RelativeTime, useNow } from "./RelativeTime";
export { ScrollTable } from "./ScrollTable";
export { SkeletonRows, SkeletonText } from "./Skeleton";
export { replaceSpan, textOf } from "./spans";
export { focusOn, SpanText, useMarkLinks, type MarkLinks, type TextMark } from "./SpanText";
export { StatusOf, statusOf, StatusTag, StatusWord, type Status, type Tone } from "./Status";
export { Tabs } from "./Tabs";
export { toast, toastProblem, Toasts } from "./Toast";
export { useIsPhone, useIsWide, useMedia } from "./useMedia";
