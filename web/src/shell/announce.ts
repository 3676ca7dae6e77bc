/** Says something to screen readers, politely; the region stands in the shell. */
export function announce(text: string) {
  const region = document.getElementById("announcer");
  if (region) region.textContent = text;
}
