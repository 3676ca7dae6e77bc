// Runs before the first paint, so that a chosen theme never flashes. The rest is src/shell/theme.ts.
try {
  const chosen = localStorage.getItem("cpo-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be switched off: the system's theme holds.
}
