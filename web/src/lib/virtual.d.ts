declare module 'virtual:locale' {
	/** Korean, by the part of the program that needs it. */
	export const ko: Record<string, () => Promise<{ default: Record<string, string> }>>
}
