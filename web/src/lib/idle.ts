/** Fetches what stands beside the content once that is on the screen. */
export const whenIdle = <T>(fetch: () => Promise<T>): Promise<T> =>
	new Promise<void>((go) => ('requestIdleCallback' in globalThis ? requestIdleCallback(() => go(), { timeout: 1000 }) : setTimeout(go, 100))).then(fetch)
