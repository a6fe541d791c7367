/**
 * Makes something that starts end with `parts`, also if it is still starting when another part has
 * failed.
 */
export function owned<Part extends { stop: () => Promise<void> }>(
  starting: Promise<Part>,
  parts: AsyncDisposableStack,
): Promise<Part> {
  const stop = (part: Part) => part.stop()
  parts.defer(() => starting.then(stop, () => {}))
  return starting
}
