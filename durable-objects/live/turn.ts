/** Resolves once what has arrived meanwhile has had its turn: requests are events before this one. */
export const turn = (atLeastMs = 0): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, atLeastMs));
